/** The parts that a page of one file carries: compressed, and in base64 inside elements that the browser doesn't read. */

/** Reads bytes from base64. */
export function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64.trim());
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i += 1) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/** What was compressed with gzip. */
export async function inflate(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/**
 * The bytes of a part.
 *
 * @throws Error when the page has no such part, or it is damaged
 */
export async function part(name: string): Promise<Uint8Array<ArrayBuffer>> {
  const holder = document.querySelector(`script[data-part="${name}"]`);
  if (!holder) throw new Error(`Expected the part "${name}" in this page.`);
  return inflate(bytesOf(holder.textContent));
}

export async function textPart(name: string): Promise<string> {
  return new TextDecoder().decode(await part(name));
}

/** Runs a part that is a script: the page's policy allows only those whose text it knows. */
export async function run(name: string): Promise<void> {
  const script = document.createElement('script');
  script.textContent = await textPart(name);
  document.head.append(script);
  script.remove();
}
