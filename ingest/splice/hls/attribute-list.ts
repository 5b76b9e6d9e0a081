/** One attribute: NAME=value, NAME="quoted value" (RFC 8216, 4.2); names as real encoders write them, in any case and with dashes. */
const attribute = /([A-Za-z0-9-]+)=("[^"\r\n]*"|[^",\s][^,]*|)(?:,|$)/g;
/** Attributes read from one tag. */
const maxAttributes = 64;

/** Parses an attribute list; names are in capitals, quotes are taken off, what is malformed is left out. */
export function parseAttributes(text: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const [, name, value] of text.matchAll(attribute)) {
    if (name === undefined || value === undefined || found.size >= maxAttributes) continue;
    found.set(name.toUpperCase(), value.replace(/^"(.*)"$/, '$1').trim());
  }
  return found;
}
