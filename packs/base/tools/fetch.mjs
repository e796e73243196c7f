// Fetches one npm package at an exact version into a temporary folder and returns its path, so that the generators beside this
// file can be run again years later and give the same bytes. Needs `npm` and `tar` on the path; nothing is installed.
import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export function fetchPackage(name, version) {
  const folder = mkdtempSync(join(tmpdir(), 'zt-pack-'));
  const archive = execFileSync('npm', ['pack', `${name}@${version}`, '--silent'], { cwd: folder, encoding: 'utf8' })
    .trim()
    .split('\n')
    .pop();
  execFileSync('tar', ['xzf', archive], { cwd: folder });
  return join(folder, 'package');
}
