import { stripVTControlCharacters, styleText } from 'node:util';

/** Where a command prints. Plain lines when nobody looks at a terminal, colours and a live last line when somebody does. */
export interface Terminal {
  readonly isLive: boolean;
  line(text?: string): void;
  /** A line that is broken between words where the terminal ends; `indent` stands before all lines but the first. */
  paragraph(text: string, indent?: string): void;
  /** Shows `text` as the last line until the next call; on a plain output nothing. */
  status(text: string): void;
  good(text: string): string;
  bad(text: string): string;
  dim(text: string): string;
  bold(text: string): string;
}

/** A space at which no paragraph is broken; it is printed as any other. */
export const FIRM_SPACE = '\u00a0';

const CLEAR_LINE = '\r\u001b[2K';

/** Follows https://no-color.org for colours; a dumb terminal counts as plain. */
export function createTerminal(stream: NodeJS.WriteStream, environment: NodeJS.ProcessEnv = process.env): Terminal {
  const isLive = stream.isTTY && environment['TERM'] !== 'dumb';
  const isColoured = isLive && !environment['NO_COLOR'];
  const style = (format: Parameters<typeof styleText>[0]) => (text: string) =>
    isColoured ? styleText(format, text, { validateStream: false }) : text;
  const clear = isLive ? CLEAR_LINE : '';
  const line = (text = ''): void => void stream.write(`${clear}${text}\n`);
  // A cursor behind the last column would be in the next line already.
  const width = (): number => Math.max((stream.columns ?? 80) - 1, 20);
  return {
    isLive,
    line,
    paragraph: (text, indent = '') => line((isLive ? broken(text, indent, width()) : text).replaceAll(FIRM_SPACE, ' ')),
    status: (text) => void (isLive && stream.write(`${clear}${cut(text, width())}`)),
    good: style('green'),
    bad: style('red'),
    dim: style('dim'),
    bold: style('bold'),
  };
}

function broken(text: string, indent: string, width: number): string {
  const [first = '', ...words] = text.split(' ');
  let length = widthOf(first);
  return words.reduce((sofar, word) => {
    const fits = length + 1 + widthOf(word) <= width;
    length = widthOf(word) + (fits ? length + 1 : indent.length);
    return `${sofar}${fits ? ' ' : `\n${indent}`}${word}`;
  }, first);
}

/** Without styles when it has to be cut: one whose end is lost would go on. */
function cut(text: string, width: number): string {
  return widthOf(text) <= width ? text : stripVTControlCharacters(text).slice(0, width);
}

function widthOf(text: string): number {
  return stripVTControlCharacters(text).length;
}
