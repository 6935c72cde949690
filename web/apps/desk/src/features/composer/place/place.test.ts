import { expect, test } from 'vitest';
import { readDegrees } from './place';

test.each([
  ['50.45012, 30.52341', 50.45012, 30.52341],
  ['50.45012,30.52341', 50.45012, 30.52341],
  ['  -33.9 ; 18.4 ', -33.9, 18.4],
  ['50,45012 30,52341', 50.45012, 30.52341],
  ['50,45012, 30,52341', 50.45012, 30.52341],
  ['−12.05°, −77.04°', -12.05, -77.04],
  ['0 0', 0, 0],
])('%s is a place', (written, latitude, longitude) => {
  expect(readDegrees(written)).toEqual({ latitude, longitude });
});

test.each(['', '50.45', '91, 0', '0, 181', 'north, west', '50.4, 30.5, 7', '50,30', '1e1, 5', 'NaN 0'])(
  '"%s" is none',
  (written) => expect(readDegrees(written)).toBeNull(),
);
