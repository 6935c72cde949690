-- Appends facts: a JSON array of [stream, type, data]. A function, so that the last question of a
-- transaction can be asked together with its commit: streams are locked from here to there, and a
-- busy queue's stream would otherwise stay locked for a round trip more.
-- Streams are locked in the order of their names, so that two transactions never wait for each
-- other in a circle.
create function append_events(told jsonb) returns void language plpgsql as $$
begin
    with given as (
        select item ->> 0 as stream, item ->> 1 as type, item -> 2 as data, n
          from jsonb_array_elements(told) with ordinality as t(item, n)
    ), counted as (
        select stream, count(*) as added from given group by stream
    ), locked as (
        insert into streams (stream, last_seq)
        select stream, added from counted order by stream
        on conflict (stream) do update set last_seq = streams.last_seq + excluded.last_seq
        returning stream, last_seq
    )
    insert into events (stream, seq, type, data)
    select g.stream,
           l.last_seq - c.added + row_number() over (partition by g.stream order by g.n),
           g.type, g.data
      from given g join counted c using (stream) join locked l using (stream)
     order by g.n;
end
$$;
