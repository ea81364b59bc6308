import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readWhole } from '../../../steps/table/column.ts';
import { openTable } from '../../../steps/table/table.ts';

describe('reading a table', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'table-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  async function read(content: string, columns: string[]): Promise<number[]> {
    const path = join(folder, 'x.csv');
    writeFileSync(path, content);
    return [...(await readWhole(await openTable(path), columns)).values];
  }

  it('takes the columns asked for in the order asked for', async () => {
    assert.deepEqual(await read('a,b,c\n1,2,3\n4,5,6\n', ['c', 'a']), [3, 1, 6, 4]);
  });

  it('takes Windows line ends, a byte order mark, spaces, a missing last line end and empty lines after the last row', async () => {
    assert.deepEqual(await read('\uFEFFa , b\r\n 1,2 \r\n3,-4.5e-1', ['a', 'b']), [1, 2, 3, -0.45]);
    assert.deepEqual(await read('a\n1\n\n\n', ['a']), [1]);
  });

  it('takes quoted cells, wherever the first quotation mark stands', async () => {
    assert.deepEqual(await read('"a","b, c"\n1,"2"\n3,4\n', ['b, c', 'a']), [2, 1, 4, 3]);
    assert.deepEqual(await read('a,note\n1,x\n2,"y, ""z"""\n3,\n', ['a']), [1, 2, 3]);
  });

  it('minds no text in columns that were not asked for', async () => {
    assert.deepEqual(await read('a,name\n1,NaN\n2,\n', ['a']), [1, 2]);
  });

  it('reads a file of many pieces, with letters of several bytes at their edges, as it reads a small one', async () => {
    const rows = Array.from({ length: 60_000 }, (_, row) => row);
    const content = `größe,a\n${rows.map((row) => `é${row},${row}`).join('\n')}\n`;
    assert.deepEqual(await read(content, ['a']), rows);
  });

  const wrong: [name: string, content: string, message: string][] = [
    ['text in a cell', 'a,b\n1,2\n3,x1\n', 'line 3, column b is not a number (x1)'],
    ['an empty cell', 'a,b\n1,\n', 'line 2, column b is empty'],
    ['NaN', 'a,b\n1,NaN\n', 'line 2, column b is not a finite number (NaN)'],
    ['infinity', 'a,b\n-inf,2\n', 'line 2, column a is not a finite number (-inf)'],
    ['a number beyond the largest', 'a,b\n1,1e999\n', 'line 2, column b is not a finite number (1e999)'],
    ['a hexadecimal cell', 'a,b\n1, 0x10\n', 'line 2, column b is not a number ( 0x10)'],
    [
      'a short line',
      'a,b\n1,2\n3\n',
      'line 3 has 1 cell, the first line names 2 columns (column b is missing)',
    ],
    ['a long line', 'a,b\n1,2,3\n', 'line 2 has 3 cells, the first line names 2 columns'],
    ['an empty line between rows', 'a,b\n1,2\n\n3,4\n', 'line 3 is empty'],
    [
      'a wrong cell after a quoted one of two lines',
      'a,b\n"1",2\n3,"x\ny"\n',
      'line 4, column b is not a number (x\ny)',
    ],
    ['no rows', 'a,b\n', 'has column names but no rows'],
    ['nothing at all', '', 'is empty'],
    ['no line of names', '1,2\n3,4\n', 'line 1 has numbers where the column names should be (1,2)'],
    ['binary data', 'PK\0\x01,b\n', 'is not a CSV text file (line 1 has binary data)'],
  ];
  for (const [name, content, message] of wrong) {
    it(`refuses ${name}, and says where`, async () => {
      await assert.rejects(read(content, ['a', 'b']), (error: Error) => {
        assert.equal(error.message.replaceAll(/^.*x\.csv:? /gs, ''), message);
        return true;
      });
    });
  }

  it('refuses an open quotation mark', async () => {
    await assert.rejects(
      read('a,b\n1,2\n"3,4\n', ['a']),
      /x\.csv: Quote Not Closed: the parsing is finished with an opening quote at line 3$/,
    );
  });
});
