// Writes maps/yunxi.geojson: outlines of the invented city's six districts. They are the cells nearest to a few hand-set points of each
// district inside a wavy outer line, on a grid fine enough for a big screen; neighbours share their border exactly, because every border
// runs along the same grid edges before both sides are smoothed alike.   node packs/demo/tools/maps.mjs
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const districts = {
  990102: [
    '临江区',
    [
      [116.36, 30.27],
      [116.3, 30.25],
      [116.4, 30.24],
    ],
  ],
  990103: [
    '青山区',
    [
      [116.33, 30.4],
      [116.28, 30.36],
      [116.37, 30.43],
    ],
  ],
  990104: [
    '云湖区',
    [
      [116.45, 30.34],
      [116.5, 30.37],
      [116.43, 30.31],
    ],
  ],
  990121: [
    '平川县',
    [
      [116.58, 30.22],
      [116.62, 30.3],
      [116.52, 30.2],
    ],
  ],
  990122: [
    '石桥县',
    [
      [116.22, 30.5],
      [116.3, 30.52],
      [116.18, 30.42],
    ],
  ],
  990181: [
    '南渡市',
    [
      [116.5, 30.12],
      [116.4, 30.14],
      [116.57, 30.1],
    ],
  ],
};
const step = 0.006;
const [west, south, columns, rows] = [116.06, 30.0, 108, 106];
const centre = [116.39, 30.31];
const inside = (x, y) => {
  const angle = Math.atan2(y - centre[1], x - centre[0]);
  const radius = 0.255 + 0.025 * Math.sin(3 * angle + 0.7) + 0.015 * Math.sin(7 * angle) + 0.008 * Math.cos(13 * angle);
  return Math.hypot((x - centre[0]) * 0.92, y - centre[1]) < radius;
};
const nearest = (x, y) =>
  Object.entries(districts)
    .flatMap(([code, [, points]]) => points.map(([px, py]) => [Math.hypot(x - px, y - py), code]))
    .sort((left, right) => left[0] - right[0])[0][1];
const cell = (column, row) => {
  const [x, y] = [west + (column + 0.5) * step, south + (row + 0.5) * step];
  return inside(x, y) ? nearest(x + 0.006 * Math.sin(y * 180), y + 0.006 * Math.cos(x * 160)) : null;
};

// Directed edges with the district on the left; following them gives rings.
function rings(code) {
  const edges = new Map();
  const add = (from, to) => edges.set(from.join(), [...(edges.get(from.join()) ?? []), to]);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      if (cell(column, row) !== code) {
        continue;
      }
      if (cell(column, row - 1) !== code) {
        add([column, row], [column + 1, row]);
      }
      if (cell(column + 1, row) !== code) {
        add([column + 1, row], [column + 1, row + 1]);
      }
      if (cell(column, row + 1) !== code) {
        add([column + 1, row + 1], [column, row + 1]);
      }
      if (cell(column - 1, row) !== code) {
        add([column, row + 1], [column, row]);
      }
    }
  }
  const result = [];
  while (edges.size > 0) {
    const start = [...edges.keys()][0];
    const ring = [];
    let at = start;
    do {
      ring.push(at.split(',').map(Number));
      const onward = edges.get(at);
      const to = onward.pop();
      if (onward.length === 0) {
        edges.delete(at);
      }
      at = to.join();
    } while (at !== start);
    result.push(ring);
  }
  return result;
}

// A vertex where three districts (or two and the outside) meet stays; every other moves to the mean of itself and its two neighbours on
// the border, which is the same for the districts on both sides.
const around = ([column, row]) => new Set([cell(column - 1, row - 1), cell(column, row - 1), cell(column - 1, row), cell(column, row)]);
const smooth = (ring) =>
  ring.map((point, at) => {
    const [before, after] = [ring[(at + ring.length - 1) % ring.length], ring[(at + 1) % ring.length]];
    return around(point).size > 2 ? point : [(before[0] + 2 * point[0] + after[0]) / 4, (before[1] + 2 * point[1] + after[1]) / 4];
  });
const degrees = ([column, row]) => [Number((west + column * step).toFixed(5)), Number((south + row * step).toFixed(5))];

const features = Object.entries(districts).map(([code, [name]]) => {
  const polygons = rings(code).map((ring) => {
    const points = smooth(ring).map(degrees);
    return [[...points, points[0]]];
  });
  return {
    type: 'Feature',
    properties: { code, name },
    geometry: polygons.length === 1 ? { type: 'Polygon', coordinates: polygons[0] } : { type: 'MultiPolygon', coordinates: polygons },
  };
});
const folder = join(dirname(fileURLToPath(import.meta.url)), '..', 'maps');
mkdirSync(folder, { recursive: true });
writeFileSync(
  join(folder, 'yunxi.geojson'),
  '{"type":"FeatureCollection","name":"云溪市（虚构）","features":[\n' +
    features.map((feature) => JSON.stringify(feature)).join(',\n') +
    '\n]}\n',
);
console.log(
  features
    .map(
      (feature) =>
        `${feature.properties.name} ${feature.geometry.type} ${feature.geometry.coordinates.flat(feature.geometry.type === 'Polygon' ? 1 : 2).length}`,
    )
    .join('\n'),
);
