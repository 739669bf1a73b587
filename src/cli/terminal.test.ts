import { Writable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createTerminal, FIRM_SPACE, type Terminal } from './terminal.ts';

function aScreen(isTTY: boolean, environment: NodeJS.ProcessEnv = {}): { terminal: Terminal; text: () => string } {
  const written: string[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      written.push(String(chunk));
      done();
    },
  });
  // Of a terminal's stream only these two are looked at.
  const screen = Object.assign(stream, { isTTY, columns: 40 }) as unknown as NodeJS.WriteStream;
  return { terminal: createTerminal(screen, environment), text: () => written.join('') };
}

describe('a terminal', () => {
  it('has plain lines and no status where nobody looks', () => {
    const { terminal, text } = aScreen(false);
    terminal.status('busy');
    terminal.line(terminal.good('done'));
    expect(text()).toBe('done\n');
  });

  it('replaces its last line, cut to the width, and colours', () => {
    const { terminal, text } = aScreen(true);
    terminal.status('x'.repeat(100));
    terminal.line(terminal.good('done'));
    expect(text()).toBe(`\r\u001b[2K${'x'.repeat(39)}\r\u001b[2K\u001b[32mdone\u001b[39m\n`);
  });

  it('leaves no colour on when it cuts', () => {
    const { terminal, text } = aScreen(true);
    terminal.status(terminal.dim('x'.repeat(100)));
    expect(text()).toBe(`\r\u001b[2K${'x'.repeat(39)}`);
  });

  it('breaks a paragraph between words, whatever their colours, and not where nobody looks', () => {
    const words = `ten letter words come here ten letter${FIRM_SPACE}words`;
    const { terminal, text } = aScreen(true);
    terminal.paragraph(`${terminal.good('ten')} letter words come here ten letter${FIRM_SPACE}words`, '  ');
    expect(stripVTControlCharacters(text()).split('\n')).toEqual([
      '\rten letter words come here ten',
      '  letter words',
      '',
    ]);
    const plain = aScreen(false);
    plain.terminal.paragraph(words, '  ');
    expect(plain.text()).toBe('ten letter words come here ten letter words\n');
  });

  it.each([
    { reason: 'NO_COLOR asks for none', environment: { NO_COLOR: '1' }, isLive: true },
    { reason: 'a dumb terminal cannot', environment: { TERM: 'dumb' }, isLive: false },
  ])('has no colours when $reason', ({ environment, isLive }) => {
    const { terminal } = aScreen(true, environment);
    expect(terminal.bad('no')).toBe('no');
    expect(terminal.isLive).toBe(isLive);
  });
});
