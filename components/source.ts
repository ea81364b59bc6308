import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type Scalar,
  type YAMLMap,
} from 'yaml';

import { readPlainScalar } from './scalar.ts';

/** Keys and indices from the top of a YAML file down to one of its values. */
export type Path = (string | number)[];

/** Something to tell the writer of a file: `at` is an offset into its text. */
export type Remark = { at: number; message: string };

// A file that means to be read has few of these; one made to fill the memory has very many.
const aliasLimit = 100;

/** A YAML file as PyYAML reads it (which Azure ML's tools use), and where in the text each value stands. */
export class Source {
  readonly value: unknown;
  readonly problems: Remark[] = [];
  readonly warnings: Remark[] = [];
  readonly #fileName: string;
  readonly #text: string;
  readonly #document: Document;
  readonly #lines = new LineCounter();
  readonly #nodes = new Map<string, Node>();
  readonly #keys = new Map<string, number>();
  readonly #open = new Set<Node>();
  #aliases = 0;

  constructor(text: string, fileName: string) {
    this.#text = text;
    this.#fileName = fileName;
    // Scalars come as text ("failsafe"), for PyYAML's reading of them is not the package's.
    this.#document = parseDocument(text, {
      version: '1.1',
      schema: 'failsafe',
      uniqueKeys: false,
      prettyErrors: false,
      logLevel: 'error',
      lineCounter: this.#lines,
    });
    for (const { code, message, pos } of this.#document.errors) {
      const words =
        code === 'MULTIPLE_DOCS' ? 'a second document begins here; only one can be read' : message;
      this.problems.push({ at: pos[0], message: words });
    }
    this.value = this.#document.errors.length > 0 ? undefined : this.#read(this.#document.contents, []);
  }

  /** Writes a remark as `file:line:column message`. */
  print(remark: Remark): string {
    const { line, col } = this.#lines.linePos(Math.min(remark.at, this.#text.length));
    return `${this.#fileName}:${line}:${col} ${remark.message}`;
  }

  /** Where the value at a path begins, or the nearest value around it. */
  locate(path: Path): number {
    for (let length = path.length; length > 0; length -= 1) {
      const node = this.#nodes.get(JSON.stringify(path.slice(0, length)));
      if (node?.range) return node.range[0];
    }
    return this.#document.contents?.range?.[0] ?? 0;
  }

  /** Where the key of the value at a path begins. */
  locateKey(path: Path): number {
    return this.#keys.get(JSON.stringify(path)) ?? this.locate(path);
  }

  /** The keys that the mapping at a path has written out. */
  keys(path: Path): string[] {
    const node = this.#nodes.get(JSON.stringify(path));
    if (!isMap(node)) return [];
    return node.items.flatMap(({ key }) =>
      isScalar(key) && key.source !== '<<' ? [readScalar(key).text] : [],
    );
  }

  /** Where a piece of the text at a path stands, `skip` counting the same piece before it. */
  locateInside(path: Path, piece: string, skip: number): number {
    const node = this.#nodes.get(JSON.stringify(path));
    const [start, end] = node?.range ?? [0, 0];
    let at = start - 1;
    for (let count = 0; count <= skip; count += 1) at = this.#text.indexOf(piece, at + 1);
    return at < start || at >= end ? start : at;
  }

  /** What Python's str() prints for the scalar at a path. */
  pythonText(path: Path): string {
    const node = this.#nodes.get(JSON.stringify(path));
    return isScalar(node) ? readScalar(node).text : '';
  }

  #read(node: unknown, path: Path): unknown {
    if (!isNode(node)) return null;
    if (isAlias(node)) return this.#readAlias(node, path);
    this.#nodes.set(JSON.stringify(path), node);
    if (isScalar(node)) return readScalar(node).value;
    if (this.#open.has(node)) {
      this.problems.push({ at: node.range?.[0] ?? 0, message: 'an anchor contains itself' });
      return null;
    }
    this.#open.add(node);
    let value: unknown = null;
    if (isSeq(node)) value = node.items.map((item, index) => this.#read(item, [...path, index]));
    else if (isMap(node)) value = this.#readMap(node, path);
    this.#open.delete(node);
    return value;
  }

  #readAlias(alias: Alias, path: Path): unknown {
    this.#aliases += 1;
    const refuse = (message: string) => this.problems.push({ at: alias.range?.[0] ?? 0, message });
    if (this.#aliases === aliasLimit + 1) refuse(`more than ${aliasLimit} aliases are in use`);
    if (this.#aliases > aliasLimit) return null;
    const target = alias.resolve(this.#document);
    if (target === undefined) refuse(`no anchor &${alias.source} stands before this *${alias.source}`);
    return this.#read(target, path);
  }

  #readMap(map: YAMLMap, path: Path): Record<string, unknown> {
    const own = new Map<string, unknown>();
    const merged = new Map<string, unknown>();
    for (const { key, value } of map.items) {
      const at = isNode(key) ? (key.range?.[0] ?? 0) : 0;
      const name = isScalar(key) ? readScalar(key).value : undefined;
      if (isScalar(key) && key.source === '<<' && key.type === 'PLAIN') {
        const found = this.#read(value, [...path, '<<']);
        for (const each of Array.isArray(found) ? found : [found]) {
          if (typeof each !== 'object' || each === null)
            this.problems.push({ at, message: '<< needs a mapping' });
          else for (const [k, v] of Object.entries(each)) if (!merged.has(k)) merged.set(k, v);
        }
      } else if (typeof name === 'string') {
        if (own.has(name))
          this.warnings.push({ at, message: `${name} stands here twice; the last one counts` });
        this.#keys.set(JSON.stringify([...path, name]), at);
        own.set(name, this.#read(value, [...path, name]));
      } else {
        const text = isScalar(key) ? `${String(key.source)} is read as ${readScalar(key).text}` : 'no text';
        this.problems.push({ at, message: `a key has to be text: ${text}; put it in quotes` });
      }
    }
    return Object.fromEntries([...merged, ...own]);
  }
}

function readScalar(node: Scalar): ReturnType<typeof readPlainScalar> {
  const source = typeof node.value === 'string' ? node.value : '';
  const typed = /^tag:yaml\.org,2002:(?:int|float|bool|null|timestamp)$/.test(node.tag ?? '');
  if (typed || (node.type === 'PLAIN' && node.tag === undefined)) return readPlainScalar(source);
  return { value: source, text: source };
}
