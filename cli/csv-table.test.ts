import { expect, test } from 'vitest';

import { decodeText, readCsv } from './csv-table.ts';

const cells = (text: string): (readonly string[])[] => readCsv(text, 'plan.csv').rows.map((row) => row.cells);

test('comma, semicolon and tab are told by the first line, quotes and mixed line ends are understood', () => {
  expect(cells('a,b\r\n1,"x;y"\n\n 2 ,z\r\n')).toEqual([
    ['a', 'b'],
    ['1', 'x;y'],
    ['2', 'z'],
  ]);
  expect(cells('"a,1";b\n1,5;"say ""hi"""\n')).toEqual([
    ['a,1', 'b'],
    ['1,5', 'say "hi"'],
  ]);
  expect(readCsv('a\tb\n1\t2', 'plan.csv')).toMatchObject({ delimiter: '\t', rows: [{ line: 1 }, { line: 2 }] });
});

test('rows know the line they begin on, also after a field with line breaks', () => {
  expect(readCsv('a,b\n1,"x\ny"\n\n2,z', 'plan.csv').rows.map(({ line }) => line)).toEqual([1, 2, 5]);
});

test('a quote that is never closed is told with file and line', () => {
  expect(() => readCsv('a,b\n1,"x\n2,y\n', 'plan.csv')).toThrow(/^plan\.csv, line 3: Quote Not Closed/);
});

test('UTF-8 with and without mark, UTF-16 and Windows-1252 are told apart', () => {
  expect(decodeText(Buffer.from('\ufeffMüsli', 'utf8'))).toBe('Müsli');
  expect(decodeText(Buffer.from('Müsli', 'utf8'))).toBe('Müsli');
  expect(decodeText(Buffer.from('\ufeffMüsli', 'utf16le'))).toBe('Müsli');
  expect(decodeText(Buffer.from([0x4d, 0xfc, 0x73, 0x6c, 0x69, 0x20, 0x80]))).toBe('Müsli €');
});
