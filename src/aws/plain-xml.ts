/**
 * Reads XML as the query protocols of AWS write it: elements, each with a text or with elements, and nothing else.
 *
 * The SDK's own reader puts texts together letter by letter: of the CPU time of a list from request to answer two thirds,
 * and of the operator's a tenth. This one knows only what servers of AWS do write. Whatever else it meets (entities, comments,
 * attributes below the root, mixed content, a document that is cut off), it leaves to the SDK, errors included.
 */

/** What is in an element: its text, or its children by name, those of one name together. */
type XmlValue = string | XmlObject;
export interface XmlObject {
  [name: string]: XmlValue | XmlValue[];
}

interface Element {
  readonly name: string;
  readonly parent: Element | undefined;
  readonly text: string;
  children: XmlObject | undefined;
}

const PROLOG = /^\s*(?:<\?xml [^>]*\?>)?\s*(?=<)/;
/** A tag and the text behind it. */
const TAG = /<(\/?)([\w.-]+)( [^>]*)?(\/?)>([^<]*)/y;
/** V8 keeps a part of a string from this length on as a view: who remembers an ARN would keep the page of a list alive. */
const SHORTEST_VIEW = 13;
/** What is to be decoded, and line ends that are to be made equal. */
const NOT_PLAIN = /[&\r]/;

/** Gives what is in the root element; undefined when the SDK has to read it. */
export function readPlainXml(xml: string): XmlObject | undefined {
  const prolog = PROLOG.exec(xml);
  if (prolog === null || NOT_PLAIN.test(xml)) return undefined;
  let element: Element | undefined;
  for (let at = prolog[0].length; at < xml.length; at = TAG.lastIndex) {
    TAG.lastIndex = at;
    const [tag, slash, name = '', attributes, emptySlash, text = ''] = TAG.exec(xml) ?? [];
    if (tag === undefined || name === '__proto__') return undefined;
    if (slash === '/') {
      if (element?.name !== name) return undefined;
      const { parent } = element;
      // The names of the root's children are what the SDK asks for; its attributes (namespaces) it never reads.
      if (parent === undefined) return element.children;
      if (!isBlank(text)) return undefined;
      addChild(parent, name, element.children ?? textOf(element));
      element = parent;
      continue;
    }
    if (element !== undefined && (attributes !== undefined || !isBlank(element.text))) return undefined;
    if (emptySlash === '') element = { name, parent: element, text, children: undefined };
    else if (element !== undefined && isBlank(text)) addChild(element, name, '');
    else return undefined;
  }
  return undefined;
}

/** Indentation between elements. Spaces alone are a text, as the SDK sees it. */
function isBlank(text: string): boolean {
  return text === '' || (text.includes('\n') && text.trim() === '');
}

function textOf({ text }: Element): string {
  if (isBlank(text)) return '';
  return text.length < SHORTEST_VIEW ? text : Buffer.from(text).toString();
}

function addChild(parent: Element, name: string, value: XmlValue): void {
  parent.children ??= {};
  const earlier = Object.hasOwn(parent.children, name) ? parent.children[name] : undefined;
  if (earlier === undefined) parent.children[name] = value;
  else if (Array.isArray(earlier)) earlier.push(value);
  else parent.children[name] = [earlier, value];
}
