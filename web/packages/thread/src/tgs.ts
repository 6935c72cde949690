/** A moving sticker as a stranger sent it: gzipped Lottie, read within bounds and stripped of all that
 * such a sticker has no use for. The bounds are those of the channel that made the format, or wider. */

export interface Animation {
  w: number;
  h: number;
  fr: number;
  ip: number;
  op: number;
  layers: Layer[];
  assets: Composition[];
}

interface Layer {
  ty: number;
  refId?: string;
  shapes?: unknown[];
}

interface Composition {
  id: string;
  layers: Layer[];
}

const PACKED_LIMIT = 64 * 1024;
const UNPACKED_LIMIT = 2 * 1024 * 1024;
const SIDE_LIMIT = 4096;
const FRAME_RATE_LIMIT = 120;
const SECONDS_LIMIT = 60;
/** Layers and shapes once each composition stands wherever another names it. */
const DRAWN_LIMIT = 20_000;
const DEPTH_LIMIT = 32;

/** Compositions, groups and shapes. Not pictures, texts and fonts, which would be asked for. */
const LAYERS = new Set([0, 3, 4]);
/** Repeaters and stars: a few bytes that draw without end. */
const REFUSED_SHAPES = new Set(['rp', 'sr']);
/** Ids, classes and expressions would reach into our page. */
const REFUSED_KEYS = new Set(['ln', 'cl', 'ef']);

/** The sticker cannot be shown moving; the caller has a still picture or its emoji. */
export class UnfitSticker extends Error {
  override name = 'UnfitSticker';
}

/** Unpacks and checks. Throws UnfitSticker for what is no such sticker or would be too much. */
export async function readTgs(packed: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<Animation> {
  try {
    const bytes = await readWithin(packed, PACKED_LIMIT);
    const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
    return checkedAnimation(new TextDecoder().decode(await readWithin(unpacked, UNPACKED_LIMIT)));
  } catch (error) {
    if (error instanceof UnfitSticker) throw error;
    // Broken gzip, broken JSON, or one so deep that reading it overflows.
    throw new UnfitSticker(String(error));
  }
}

async function readWithin(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  limit: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  const reader = stream.getReader();
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.byteLength;
    if (size > limit) {
      void reader.cancel().catch(() => undefined);
      throw new UnfitSticker(`More than ${limit} bytes`);
    }
    chunks.push(value);
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

function checkedAnimation(json: string): Animation {
  const told: unknown = JSON.parse(json, (key, value: unknown) => {
    const isExpression = key === 'x' && typeof value === 'string';
    return isExpression || REFUSED_KEYS.has(key) ? undefined : value;
  });
  if (!isRecord(told)) throw new UnfitSticker('No object');
  const within = (key: string, limit: number): number => {
    const value = told[key];
    if (typeof value !== 'number' || !(value > 0 && value <= limit)) throw new UnfitSticker(`No ${key}`);
    return value;
  };
  const fr = within('fr', FRAME_RATE_LIMIT);
  const ip = typeof told['ip'] === 'number' ? told['ip'] : 0;
  const op = within('op', ip + fr * SECONDS_LIMIT);
  const layers = layersOf(told['layers']);
  const assets = Array.isArray(told['assets']) ? told['assets'].filter(isComposition).map(shownOnly) : [];
  const size = { w: within('w', SIDE_LIMIT), h: within('h', SIDE_LIMIT) };
  if (drawnCount(layers, assets) > DRAWN_LIMIT) throw new UnfitSticker('Too much to draw');
  // Only what is named here: fonts, letters and markers stay behind.
  return { ...size, fr, ip, op, layers, assets, ...versionOf(told) };
}

const versionOf = (told: Record<string, unknown>): { v?: string } =>
  typeof told['v'] === 'string' && /^\d+\.\d+\.\d+$/.test(told['v']) ? { v: told['v'] } : {};

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isComposition = (value: unknown): value is Composition =>
  isRecord(value) && typeof value['id'] === 'string' && Array.isArray(value['layers']);

const shownOnly = ({ id, layers }: Composition): Composition => ({ id, layers: layersOf(layers) });

function layersOf(told: unknown): Layer[] {
  if (!Array.isArray(told)) throw new UnfitSticker('No layers');
  return told.filter((each): each is Record<string, unknown> & Layer => isRecord(each) && LAYERS.has(Number(each['ty'])));
}

/** How much would be drawn. A composition that names itself would never end. */
function drawnCount(layers: Layer[], assets: Composition[]): number {
  const known = new Map(assets.map((asset) => [asset.id, asset.layers]));
  const counted = new Map<string, number>();
  const open = new Set<string>();
  const count = (id: string): number => {
    const cached = counted.get(id);
    if (cached !== undefined) return cached;
    if (open.has(id)) throw new UnfitSticker('A composition within itself');
    open.add(id);
    const total = sum(known.get(id) ?? []);
    open.delete(id);
    counted.set(id, total);
    return total;
  };
  const sum = (inside: Layer[]): number =>
    inside.reduce(
      (total, layer) =>
        total + 1 + shapeCount(layer.shapes) + (layer.refId === undefined ? 0 : count(layer.refId)),
      0,
    );
  return sum(layers);
}

function shapeCount(shapes: unknown, depth = 0): number {
  if (!Array.isArray(shapes)) return 0;
  if (depth > DEPTH_LIMIT) throw new UnfitSticker('Groups too deep');
  return shapes.reduce<number>((total, shape) => {
    if (!isRecord(shape)) return total;
    if (REFUSED_SHAPES.has(String(shape['ty']))) throw new UnfitSticker(`A shape of ${String(shape['ty'])}`);
    return total + 1 + shapeCount(shape['it'], depth + 1);
  }, 0);
}
