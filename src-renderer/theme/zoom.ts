/**
 * The interface's zoom at an element. Inside a zoomed element sizes, offsets and styles are in its own pixels, while
 * `clientX`, `getBoundingClientRect` and the window's size are in those of the window.
 */

/** Window pixels per pixel of the element; 1 where the browser does not say. */
export function zoomOf(element: Element | EventTarget | null | undefined): number {
  const zoom = (element as { readonly currentCSSZoom?: number } | null | undefined)?.currentCSSZoom ?? 1
  return zoom > 0 ? zoom : 1
}

/** Where in the window a point of an element is, which is given in the element's own pixels. */
export function pointFrom(element: Element, x: number, y: number): { readonly x: number; readonly y: number } {
  const zoom = zoomOf(element)
  const box = element.getBoundingClientRect()
  return { x: box.left + (x + element.clientLeft) * zoom, y: box.top + (y + element.clientTop) * zoom }
}

/** Where a pointer is in the element that listens, in that element's own pixels, from its inner edge. */
export function pointIn({ currentTarget, clientX, clientY }: MouseEvent): { readonly x: number; readonly y: number } {
  const element = currentTarget as Element
  const zoom = zoomOf(element)
  const box = element.getBoundingClientRect()
  return {
    x: (clientX - box.left) / zoom - element.clientLeft,
    y: (clientY - box.top) / zoom - element.clientTop,
  }
}
