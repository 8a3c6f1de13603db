import { el } from './dom';

const MARKS = /\*\*([^*]+)\*\*|\*([^*]+)\*|`([^`]+)`/g;

/** A text with `` `code` `` as nodes: for sentences with names of users, which may have stars. */
export function inlineCode(text: string): Node[] {
  return text
    .split(/`([^`]+)`/)
    .map((part, i) => (i % 2 === 1 ? el('code', '', {}, part) : document.createTextNode(part)))
    .filter((node) => node.textContent !== '');
}

const shown = new WeakMap<Element, string>();

/** Sets what an element says, with `` `code` `` as in `inlineCode`; of the same text its nodes stay. */
export function setCode(node: Element, text: string): void {
  if (shown.get(node) === text && node.hasChildNodes() === (text !== '')) return;
  shown.set(node, text);
  node.replaceChildren(...inlineCode(text));
}

/** A text with `**bold**`, `*emphasis*` and `` `code` `` as nodes; everything else stays text. */
export function inlineMarkup(text: string): Node[] {
  const nodes: Node[] = [];
  let end = 0;
  for (const match of text.matchAll(MARKS)) {
    nodes.push(document.createTextNode(text.slice(end, match.index)));
    const [whole, bold, emphasis, code] = match;
    if (bold !== undefined) nodes.push(el('strong', '', {}, bold));
    else if (emphasis !== undefined) nodes.push(el('em', '', {}, emphasis));
    else nodes.push(el('code', '', {}, code!));
    end = match.index + whole.length;
  }
  nodes.push(document.createTextNode(text.slice(end)));
  return nodes.filter((node) => node.textContent !== '');
}
