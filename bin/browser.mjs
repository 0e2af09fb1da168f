// Finds a Chromium for the browser tests; on Debian as root installs one. Plain ES2022.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fail, say } from './setup.mjs';

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** The path of a Chromium; ends the process with instructions where there is none and none can be installed. */
export function ensureBrowser() {
  const named = process.env.KALENDS_BROWSER;
  if (named) return existsSync(named) ? named : fail(`KALENDS_BROWSER names "${named}", and no such file exists.`);
  const found = PLACES.find((place) => existsSync(place));
  if (found) return found;
  if (existsSync('/etc/debian_version') && process.getuid?.() === 0) {
    say('Installing Chromium for the browser tests (once) …');
    const quiet = { stdio: ['ignore', 'ignore', 2], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
    spawnSync('apt-get', ['update', '-qq'], quiet);
    spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], quiet);
    if (existsSync('/usr/bin/chromium')) return '/usr/bin/chromium';
  }
  return fail(
    'The browser tests need Chromium or Google Chrome, and none was found. On Debian or Ubuntu: `sudo apt-get install chromium`; ' +
      'on macOS: `brew install --cask chromium`; or set KALENDS_BROWSER to the path of one.',
  );
}
