import { styleText } from 'node:util';

/** Where a command prints. Plain lines when nobody looks at a terminal, colours and a live last line when somebody does. */
export interface Terminal {
  readonly isLive: boolean;
  line(text?: string): void;
  /** Shows `text` as the last line until the next call; on a plain output nothing. */
  status(text: string): void;
  good(text: string): string;
  bad(text: string): string;
  dim(text: string): string;
  bold(text: string): string;
}

const CLEAR_LINE = '\r\u001b[2K';

/** Follows https://no-color.org for colours; a dumb terminal counts as plain. */
export function createTerminal(stream: NodeJS.WriteStream, environment: NodeJS.ProcessEnv = process.env): Terminal {
  const isLive = stream.isTTY && environment['TERM'] !== 'dumb';
  const isColoured = isLive && !environment['NO_COLOR'];
  const style = (format: Parameters<typeof styleText>[0]) => (text: string) =>
    isColoured ? styleText(format, text, { validateStream: false }) : text;
  const clear = isLive ? CLEAR_LINE : '';
  return {
    isLive,
    line: (text = '') => void stream.write(`${clear}${text}\n`),
    status: (text) =>
      void (isLive && stream.write(`${clear}${text.slice(0, Math.max((stream.columns ?? 80) - 1, 20))}`)),
    good: style('green'),
    bad: style('red'),
    dim: style('dim'),
    bold: style('bold'),
  };
}
