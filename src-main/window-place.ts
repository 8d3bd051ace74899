/** A window's place as text, and back: what is read may have been damaged. */

export interface WindowPlace {
  /** Without x and y: wherever the desktop puts it. */
  readonly bounds: { readonly x?: number; readonly y?: number; readonly width: number; readonly height: number }
  readonly maximized: boolean
}

/** Smallest window that shows the app. */
export const MINIMUM_SIZE = { width: 760, height: 480 }

/** A place from its text; null for anything that is not one. */
export function parsePlace(text: string): WindowPlace | null {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return null
  }
  if (typeof value !== 'object' || value === null) return null
  const fields = value as Record<string, unknown>
  const numbers = ['x', 'y', 'width', 'height'].map((name) => fields[name])
  if (!numbers.every((number) => Number.isInteger(number))) return null
  const [x, y, width, height] = numbers as [number, number, number, number]
  if (width < MINIMUM_SIZE.width || height < MINIMUM_SIZE.height) return null
  return { bounds: { x, y, width, height }, maximized: fields['maximized'] === true }
}
