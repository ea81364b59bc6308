/** Where in a shell command a value is put, which decides how it has to be quoted. */
export type Context = 'bare' | 'double' | 'single' | 'comment' | 'arithmetic';

/** What stands around the place a value is put: its context, or why no quoting there is safe. */
export type Place = ({ context: Context } | { refused: string }) & { wordStart: boolean };

type Frame = Context | 'substitution' | 'parenthesis' | 'ansi' | 'backtick' | 'parameter' | 'quotedParameter';

const places: Record<Frame, { context: Context } | { refused: string }> = {
  bare: { context: 'bare' },
  double: { context: 'double' },
  single: { context: 'single' },
  comment: { context: 'comment' },
  arithmetic: { context: 'arithmetic' },
  substitution: { context: 'bare' },
  parenthesis: { context: 'bare' },
  ansi: { refused: "inside $'…'" },
  backtick: { refused: 'inside `…`' },
  parameter: { refused: 'inside ${…}' },
  quotedParameter: { refused: 'inside ${…}' },
};

/**
 * Follows the quoting of a bash command through its text. It need not understand the command, only never be wrong
 * about a quote: where it could be (here-documents, `case` inside $(…)), it refuses to place a value from there on.
 */
export class ShellReader {
  #frames: Frame[] = ['bare'];
  #escaped = false;
  /** After an unescaped `$`, or inside the name after one. */
  #dollar: 'no' | 'sign' | 'name' = 'no';
  #previous = '\n';
  #word = '';
  #lessThans = 0;
  #afterValue = false;
  #opaque: string | undefined;

  /** Reads a piece of the command's own text. */
  read(text: string): void {
    for (const char of text) this.#readChar(char);
  }

  /** Says what stands around the next thing in the command, which is a value. */
  placeValue(): Place {
    const refused = this.#refusal();
    const place = refused === undefined ? places[this.#frame()] : { refused };
    const wordStart = this.#atWordStart();
    this.#forgetWord();
    this.#afterValue = true;
    return { ...place, wordStart };
  }

  /** Notes that something may or may not stand here, and yields the quoting it stands in, to compare. */
  markOptional(): string {
    this.#afterValue = true;
    return [...this.#frames, this.#escaped ? '\\' : '', this.#dollar, this.#opaque ?? ''].join(' ');
  }

  #refusal(): string | undefined {
    if (this.#lessThans === 2) this.#opaque = 'in or after a here-document (<<)';
    if (this.#opaque !== undefined) return this.#opaque;
    if (this.#escaped) return 'right after a backslash';
    if (this.#dollar !== 'no') return 'right after $';
    const inParameter = this.#frames.some((frame) => frame === 'parameter' || frame === 'quotedParameter');
    return inParameter ? 'inside ${…}' : undefined;
  }

  #readChar(char: string): void {
    const top = this.#frame();
    const quoted = top === 'single' || top === 'comment';
    if (!quoted && char === '\\' && !this.#escaped) {
      this.#escaped = true;
      return;
    }
    if (this.#escaped && char === '\n') {
      // A continued line: bash takes both characters out and knows nothing of them.
      this.#escaped = false;
      return;
    }
    if (char !== '<') {
      if (this.#lessThans === 2) this.#opaque = 'in or after a here-document (<<)';
      this.#lessThans = 0;
    }
    if (this.#escaped) {
      this.#escaped = false;
      this.#dollar = 'no';
      this.#forgetWord();
    } else if (quoted) {
      if (char === (top === 'single' ? "'" : '\n')) this.#close(char);
    } else if (top === 'ansi' || top === 'backtick') {
      if (char === (top === 'ansi' ? "'" : '`')) this.#close(char);
    } else {
      this.#readActive(char, top);
      this.#previous = char;
    }
    this.#afterValue = false;
  }

  /** Reads a character where `$` and quotes mean something. */
  #readActive(char: string, top: Frame): void {
    const dollar = this.#dollar === 'sign';
    this.#followDollar(char);
    if (char === '`') this.#frames.push('backtick');
    else if (dollar && char === '(') this.#frames.push('substitution');
    else if (dollar && char === '{') this.#frames.push(this.#quoted() ? 'quotedParameter' : 'parameter');
    else if (dollar && char === '[') this.#opaque = 'in or after $[…]';
    else if (top === 'double') {
      if (char === '"') this.#close(char);
    } else if (top === 'arithmetic' && /['"#]/.test(char)) this.#opaque = `after ${char} inside ((…))`;
    else if (char === '"') this.#frames.push('double');
    else if (top === 'parameter' || top === 'quotedParameter') this.#readParameter(char, top);
    else if (char === "'") this.#frames.push(dollar ? 'ansi' : 'single');
    else this.#readBare(char, top, dollar);
    if (!/[a-z]/.test(char)) this.#forgetWord();
  }

  #readParameter(char: string, top: Frame): void {
    if (char === '}') this.#close(char);
    else if (char === "'" && top === 'parameter') this.#frames.push('single');
    // Inside "${…}" an apostrophe is a quote after some operators and a character after others.
    else if (char === "'") this.#opaque = 'after an apostrophe inside "${…}"';
  }

  #readBare(char: string, top: Frame, dollar: boolean): void {
    // The lone ) of a case pattern would seem to end the $( around it.
    const inCase = this.#word === 'case' && !/\w/.test(char) && this.#frames.includes('substitution');
    if (inCase) this.#opaque = 'after case inside $(…)';
    if (char === '<') this.#lessThans += 1;
    else if (char === '(') this.#openParenthesis(top);
    else if (char === ')' && this.#frames.length > 1) this.#frames.pop();
    else if (char === '#' && !dollar && this.#afterValue) this.#opaque = 'after a # that touches a value';
    else if (char === '#' && !dollar && this.#atWordStart()) this.#frames.push('comment');
    else if (/[a-z]/.test(char)) this.#word = (this.#atWordStart() ? '' : this.#word) + char;
  }

  #openParenthesis(top: Frame): void {
    const double = this.#previous === '(' && (top === 'substitution' || top === 'parenthesis');
    if (double) this.#frames[this.#frames.length - 1] = 'arithmetic';
    this.#frames.push(double || top === 'arithmetic' ? 'arithmetic' : 'parenthesis');
  }

  #followDollar(char: string): void {
    if (this.#dollar === 'no') this.#dollar = char === '$' ? 'sign' : 'no';
    else if (/\w/.test(char) && (this.#dollar === 'name' || /\D/.test(char))) this.#dollar = 'name';
    // $$ is a parameter of its own, but $x$ begins a new one.
    else this.#dollar = this.#dollar === 'name' && char === '$' ? 'sign' : 'no';
  }

  #frame(): Frame {
    return this.#frames.at(-1) ?? 'bare';
  }

  #close(char: string): void {
    this.#frames.pop();
    this.#previous = char;
  }

  #quoted(): boolean {
    const inner = this.#frames.findLast((frame) => frame === 'double' || frame === 'substitution');
    return inner === 'double';
  }

  #atWordStart(): boolean {
    return !this.#afterValue && /[\s;&|()<>]/.test(this.#previous);
  }

  #forgetWord(): void {
    this.#word = '';
    this.#previous = 'x';
  }
}
