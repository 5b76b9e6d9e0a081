#!/usr/bin/env node
// The `sightline` command. Plain JavaScript for any Node.js, so that an old one gets a sentence and not a syntax error.
'use strict';
// libuv reads this once, at its first use: slow queries of the embedded ClickHouse engine must not starve file access.
process.env.UV_THREADPOOL_SIZE = process.env.UV_THREADPOOL_SIZE || '16';
var version = process.versions.node.split('.').map(Number);
if (version[0] < 20 || (version[0] === 20 && version[1] < 19)) {
  process.stderr.write('sightline: Node.js ' + process.versions.node + ' is too old: install Node.js 20.19 or later (https://nodejs.org).\n');
  process.exit(1);
}
import('../scripts/setup.mjs')
  .then(function (setup) {
    return setup.orExplain(setup.setUp);
  })
  .then(function () {
    return import('../dist/main.js');
  })
  .then(function (program) {
    return program.main(process.argv.slice(2));
  });
