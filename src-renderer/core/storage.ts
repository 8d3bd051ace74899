/** Small settings in localStorage. Storage that is full or forbidden loses settings, never the app. */

const PREFIX = 'pageward.'

export function readStored(name: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(PREFIX + name) ?? '{}')
    return isRecord(value) ? value : {}
  } catch {
    return {}
  }
}

/** Answers whether it was kept. */
export function writeStored(name: string, value: Readonly<Record<string, unknown>>): boolean {
  try {
    localStorage.setItem(PREFIX + name, JSON.stringify(value))
    return true
  } catch {
    return false
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
