import { readFile, readdir, readlink } from 'node:fs/promises';

/**
 * Finds the program that listens on a TCP port, from /proc (Linux). Best effort: processes of other users hide their sockets.
 *
 * @returns `"name" (pid 123)`, or undefined when it cannot be told
 */
export async function portOwner(port: number): Promise<string | undefined> {
  try {
    const inodes = new Set<string>();
    for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
      for (const line of (await readFile(table, 'utf8').catch(() => '')).split('\n').slice(1)) {
        const fields = line.trim().split(/\s+/);
        const localPort = Number.parseInt(fields[1]?.split(':').at(-1) ?? '', 16);
        // State 0A is LISTEN (include/net/tcp_states.h).
        if (localPort === port && fields[3] === '0A' && fields[9] !== undefined) inodes.add(fields[9]);
      }
    }
    if (inodes.size === 0) return undefined;
    for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
      for (const fd of await readdir(`/proc/${pid}/fd`).catch(() => [])) {
        const target = await readlink(`/proc/${pid}/fd/${fd}`).catch(() => '');
        if (inodes.has(/^socket:\[(\d+)\]$/.exec(target)?.[1] ?? '')) return `"${(await readFile(`/proc/${pid}/comm`, 'utf8')).trim()}" (pid ${pid})`;
      }
    }
  } catch {
    // Not Linux, or /proc is closed to us: the message goes without the name.
  }
  return undefined;
}
