/**
 * An origin whose pages may frame the portal, as `frame-ancestors` takes it:
 * `https://app.example.com`, `http://localhost:3000`, `https://*.example.com`. Nothing else fits,
 * so that it can stand in a header.
 */
export const frameOriginPattern =
  '^https?://(\\*\\.)?[a-zA-Z0-9-]+(\\.[a-zA-Z0-9-]+)*(:[0-9]{1,5})?$'

const frameOrigin = new RegExp(frameOriginPattern)

export function isFrameOrigin(text: string): boolean {
  return text.length <= 255 && frameOrigin.test(text)
}
