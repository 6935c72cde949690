/** A part of a message that is more than words. Whatever it is, it says something. */
import type { Part } from '@halfminute/api';
import { addressesOf } from '../core/addresses';
import type { Api } from '../core/api';
import type { Words } from '../words';
import { Media } from './Media';
import { Sticker } from './Sticker';
import { Text } from './Text';

interface Props {
  part: Part;
  api: Api;
  words: Words;
  language: string;
}

const place = (latitude: number, longitude: number): string => `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`;

export function RichPart({ part, api, words, language }: Props) {
  const addresses = addressesOf(api);
  switch (part.type) {
    case 'media':
      return (
        <>
          <Media part={part} addresses={addresses} words={words} language={language} />
          {part.caption && <Text part={part.caption} />}
        </>
      );
    case 'sticker':
      return <Sticker part={part} addresses={addresses} words={words} />;
    case 'location': {
      const at = place(part.latitude, part.longitude);
      return (
        <p>
          {words('location')}:{' '}
          <a
            href={`https://www.openstreetmap.org/?mlat=${part.latitude}&mlon=${part.longitude}#map=16/${part.latitude}/${part.longitude}`}
            target="_blank"
            rel="noopener noreferrer"
          >
            {[part.title, part.address].filter(Boolean).join(', ') || at}
          </a>
        </p>
      );
    }
    case 'contact':
      return <p>{`${words('contact')}: ${part.name} ${part.phone}`}</p>;
    case 'poll':
      return (
        <>
          <p>{`${words('poll')}: ${part.question}`}</p>
          {part.options.map((option) => (
            <p key={option.text}>{`— ${option.text}`}</p>
          ))}
        </>
      );
    case 'dice':
      return <p>{`${part.emoji} ${part.value}`}</p>;
    case 'start':
      return <p class="quiet">{words('started')}</p>;
    default:
      return <p class="quiet">{words('unsupported')}</p>;
  }
}
