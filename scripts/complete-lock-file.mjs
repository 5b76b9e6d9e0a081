// Adds to package-lock.json the optional packages of other platforms that are missing from it. A registry mirror that serves only this
// machine's platform makes npm write a lock file without them, which `npm ci` then refuses everywhere. Run it after `npm install`.
import { readFileSync, writeFileSync } from 'node:fs';

const path = new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(path, 'utf8'));

/** os, cpu and libc as the names of platform packages say them, e.g. `@img/sharp-linuxmusl-arm64`. */
function platformOf(name) {
  const os = /(darwin|win32|linux|freebsd|android|openharmony|aix|netbsd|openbsd|sunos)/.exec(name)?.[1];
  const cpu = /(arm64|x64|ia32|riscv64|ppc64|s390x|loong64|wasm32|arm)/.exec(name)?.[1] ?? (name.includes('universal') ? undefined : 'unknown');
  const libc = /musl/.test(name) ? ['musl'] : /gnu|glibc/.test(name) ? ['glibc'] : undefined;
  return { ...(os === undefined ? {} : { os: [os] }), ...(cpu === undefined ? {} : { cpu: [cpu] }), ...(libc === undefined ? {} : { libc }) };
}

let added = 0;
for (const [parent, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const nested = `${parent}/node_modules/${name}`;
    const top = `node_modules/${name}`;
    if (lock.packages[top] !== undefined || lock.packages[nested] !== undefined || parent === '') continue;
    if (!/^\d/.test(version)) continue;
    lock.packages[top] = { version, ...platformOf(name), ...(entry.dev === true ? { dev: true } : {}), optional: true };
    added += 1;
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${added} packages of other platforms added to package-lock.json`);
