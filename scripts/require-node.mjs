/**
 * Before `npm start`, `npm test` and `npm run check`: on a Node that is too old, one line instead of a stack trace. Plain
 * JavaScript, as such a Node reads no types.
 */

/** Types are stripped from 22.18 on, and undici wants 22.19. */
const OLDEST = [22, 19];

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
  console.error(
    `Gatebell needs Node ${OLDEST.join('.')} or later, and this is ${process.versions.node}. Install Node 24 from https://nodejs.org, or on Linux with glibc run "npm ci", which installs it.`,
  );
  process.exit(1);
}
