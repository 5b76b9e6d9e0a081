import { decompress as decompressZstd, init as initZstd, compress as compressZstd } from '@bokuweb/zstd-wasm';
import { compress as compressLz4, decompressBound, decompressFrame } from 'lz4js';
import kafkajs from 'kafkajs';
import snappy from 'kafkajs-snappy';

// The package builds these exports at run time: Node sees them on the default export only.
const { CompressionCodecs, CompressionTypes } = kafkajs;

/** Largest batch that is unpacked; Kafka's own default limit of a packed one is 1 MiB. */
const maxUnpackedBytes = 32 * 1024 * 1024;

/**
 * Teaches kafkajs the compressions it does not bring along (it has gzip only), so that topics of other producers can be read. Our own
 * records are JPEG and Avro numbers and are sent unpacked. Doing it twice is fine.
 */
export async function registerCodecs(): Promise<void> {
  await initZstd();
  CompressionCodecs[CompressionTypes.Snappy] = snappy;
  CompressionCodecs[CompressionTypes.LZ4] = () => ({
    compress: async (encoder: { buffer: Buffer }) => Buffer.from(compressLz4(encoder.buffer)),
    decompress: async (packed: Buffer) => {
      // The types of lz4js say void; it returns the upper bound of the unpacked size.
      const bound = decompressBound(packed) as unknown as number;
      if (bound > maxUnpackedBytes) throw new RangeError(`An LZ4 batch claims ${bound} bytes.`);
      const unpacked = Buffer.alloc(bound);
      return unpacked.subarray(0, decompressFrame(packed, unpacked));
    },
  });
  CompressionCodecs[CompressionTypes.ZSTD] = () => ({
    compress: async (encoder: { buffer: Buffer }) => Buffer.from(compressZstd(encoder.buffer, 3)),
    // Java's producer streams and leaves the unpacked size out of the frame: then the heap size is the limit.
    decompress: async (packed: Buffer) => Buffer.from(decompressZstd(packed, { defaultHeapSize: maxUnpackedBytes })),
  });
}
