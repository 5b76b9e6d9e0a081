/** The package brings no types: a factory of a codec as kafkajs wants it. */
declare module 'kafkajs-snappy' {
  const snappy: () => {
    compress(encoder: { buffer: Buffer }): Promise<Buffer>;
    decompress(buffer: Buffer): Promise<Buffer>;
  };
  export = snappy;
}
