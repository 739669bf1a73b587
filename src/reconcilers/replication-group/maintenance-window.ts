/** AWS answers with lower-case windows, whatever it was given. */
export function sameWindow(a: string, b: string): boolean {
  return canonicalWindow(a) === canonicalWindow(b);
}

function canonicalWindow(window: string): string {
  return window.trim().toLowerCase();
}
