/** A message field as bytes: varint numbers, or length-delimited text, bytes and messages. */
type Field = readonly [field: number, value: number | string | Uint8Array];

/** A node of a graph; attributes are whole numbers or lists of them. */
export interface OnnxNode {
  type: string;
  inputs: readonly string[];
  outputs: readonly string[];
  attributes?: Readonly<Record<string, number | readonly number[]>>;
}

/** A constant of a graph. */
export interface OnnxConstant {
  name: string;
  dims: readonly number[];
  values: readonly number[];
  /** @default 'float32' */
  type?: 'float32' | 'int64';
}

/** A graph input or output; a text dimension is symbolic. */
export interface OnnxValue {
  name: string;
  dims: readonly (number | string)[];
}

/** A graph to write; all inputs and outputs are float32. */
export interface OnnxGraph {
  inputs: readonly OnnxValue[];
  outputs: readonly OnnxValue[];
  nodes: readonly OnnxNode[];
  constants?: readonly OnnxConstant[];
}

/** Bytes of an ONNX model (field numbers from onnx.proto, IR version 8, opset 13), so that tests need no model files. */
export function writeOnnx(graph: OnnxGraph): Buffer {
  const graphMessage = message(
    ...graph.nodes.map((node): Field => [1, nodeMessage(node)]),
    [2, 'test'],
    ...(graph.constants ?? []).map((constant): Field => [5, constantMessage(constant)]),
    ...graph.inputs.map((value): Field => [11, valueMessage(value)]),
    ...graph.outputs.map((value): Field => [12, valueMessage(value)]),
  );
  return Buffer.from(message([1, 8], [8, message([1, ''], [2, 13])], [7, graphMessage]));
}

/**
 * A detector for tests in YOLOX's layout: input `float32[1, 3, 32, 32]` BGR, 0 to 255; each quarter of the picture is a cell of stride 16
 * and is reported as a box of exactly that quarter, with the mean of its blue, green and red channel (0 to 1) as class probabilities.
 *
 * @param batches true: any number of pictures at once, 4 rows; false: one picture, 5 rows (strides 16 and 32, the last always empty)
 */
export function quarterDetector(batches: boolean): Buffer {
  const rows = batches ? 4 : 5;
  const batch = batches ? 'batch' : 1;
  const row = (objectness: number): number[] => [0.5, 0.5, 0, 0, objectness, 0, 0, 0];
  const perChannel = [0, 1, 2].flatMap((channel) => Array.from({ length: 8 }, (_, column) => (column === 5 + channel ? 1 / 255 : 0)));
  const cells = batches ? 'quarters' : 'cells';
  return writeOnnx({
    inputs: [{ name: 'images', dims: [batch, 3, 32, 32] }],
    outputs: [{ name: 'output', dims: [batch, rows, 8] }],
    constants: [
      { name: 'shape', type: 'int64', dims: [3], values: [0, 3, 4] },
      { name: 'empty', dims: [1, 1, 3], values: [0, 0, 0] },
      { name: 'weights', dims: [3, 8], values: perChannel },
      { name: 'bias', dims: [1, rows, 8], values: Array.from({ length: rows }, (_, index) => row(index < 4 ? 1 : 0)).flat() },
    ],
    nodes: [
      { type: 'AveragePool', inputs: ['images'], outputs: ['means'], attributes: { kernel_shape: [16, 16], strides: [16, 16] } },
      { type: 'Reshape', inputs: ['means', 'shape'], outputs: ['flat'] },
      { type: 'Transpose', inputs: ['flat'], outputs: ['quarters'], attributes: { perm: [0, 2, 1] } },
      ...(batches ? [] : [{ type: 'Concat', inputs: ['quarters', 'empty'], outputs: ['cells'], attributes: { axis: 1 } }]),
      { type: 'MatMul', inputs: [cells, 'weights'], outputs: ['classes'] },
      { type: 'Add', inputs: ['classes', 'bias'], outputs: ['output'] },
    ],
  });
}

function nodeMessage(node: OnnxNode): Uint8Array {
  return message(
    ...node.inputs.map((name): Field => [1, name]),
    ...node.outputs.map((name): Field => [2, name]),
    [4, node.type],
    ...Object.entries(node.attributes ?? {}).map(([name, value]): Field => [5, attributeMessage(name, value)]),
  );
}

function attributeMessage(name: string, value: number | readonly number[]): Uint8Array {
  if (typeof value === 'number') return message([1, name], [3, value], [20, 2]);
  return message([1, name], ...value.map((item): Field => [8, item]), [20, 7]);
}

function constantMessage(constant: OnnxConstant): Uint8Array {
  const integers = constant.type === 'int64';
  const data = integers ? BigInt64Array.from(constant.values, BigInt) : Float32Array.from(constant.values);
  return message(...constant.dims.map((dim): Field => [1, dim]), [2, integers ? 7 : 1], [8, constant.name], [9, new Uint8Array(data.buffer)]);
}

function valueMessage(value: OnnxValue): Uint8Array {
  const dims = value.dims.map((dim): Field => [1, typeof dim === 'number' ? message([1, dim]) : message([2, dim])]);
  return message([1, value.name], [2, message([1, message([1, 1], [2, message(...dims)])])]);
}

function message(...fields: readonly Field[]): Uint8Array {
  const parts = fields.flatMap(([field, value]) => {
    if (typeof value === 'number') return [...varint(field << 3), ...varint(value)];
    const bytes = typeof value === 'string' ? Buffer.from(value) : value;
    return [...varint((field << 3) | 2), ...varint(bytes.length), ...bytes];
  });
  return Uint8Array.from(parts);
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 127) {
    bytes.push((rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  return [...bytes, rest];
}
