// Numbers with true check digits for invented people and companies. Region prefix 99 belongs to no real division, so that no number
// here can be anybody's. Mobile numbers are in segment 154, which no carrier has been given.
const idWeights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/** Resident identity number, GB 11643-1999: six digits of region, birth as yyyymmdd, sequence (odd for men), check character. */
export function idNumber(region, birth, sequence) {
  const body = region.slice(0, 6).padEnd(6, '0') + birth.replaceAll('-', '') + String(sequence).padStart(3, '0');
  return body + '10X98765432'[[...body].reduce((sum, digit, at) => sum + digit * idWeights[at], 0) % 11];
}

export const isIdNumber = (text) =>
  /^\d{17}[\dX]$/.test(text) &&
  '10X98765432'[[...text.slice(0, 17)].reduce((sum, digit, at) => sum + digit * idWeights[at], 0) % 11] === text[17];

const creditAlphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const creditWeights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
const organisationWeights = [3, 7, 9, 10, 5, 8, 4, 2];

const creditCheck = (body) =>
  creditAlphabet[(31 - ([...body].reduce((sum, char, at) => sum + creditAlphabet.indexOf(char) * creditWeights[at], 0) % 31)) % 31];

/** Organisation code, GB 11714-1997: eight characters and a check character. */
export function organisationCode(body) {
  const value = (char) => (/\d/.test(char) ? Number(char) : char.charCodeAt(0) - 55);
  const check = 11 - ([...body].reduce((sum, char, at) => sum + value(char) * organisationWeights[at], 0) % 11);
  return body + (check === 10 ? 'X' : check === 11 ? '0' : String(check));
}

/** Unified social credit code, GB 32100-2015: kind (two characters), region (six digits), organisation code, check character. */
export function creditCode(kind, region, sequence) {
  const body = kind + region.slice(0, 6).padEnd(6, '0') + organisationCode('MA' + String(sequence).padStart(6, '0'));
  return body + creditCheck(body);
}

export const isCreditCode = (text) =>
  /^[0-9A-HJ-NPQRTUWXY]{18}$/.test(text) &&
  creditCheck(text.slice(0, 17)) === text[17] &&
  organisationCode(text.slice(8, 16)) === text.slice(8, 17);

export const mobile = (sequence) => '154' + String(sequence).padStart(8, '0');

/** A small repeatable generator (mulberry32): the same seed gives the same people on every machine. */
export function random(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
