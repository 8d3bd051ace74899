/**
 * A picture of objects at one moment, to go back to: their fields, the elements of their arrays, maps, sets and typed
 * arrays, and everything that can be reached from there. What was made since is forgotten with what refers to it.
 *
 * It sees fields only: state in closures and in `#private` fields is not taken back.
 */

type Numbers = Uint8Array | Uint16Array | Uint32Array | Int32Array | Float64Array

interface Kept {
  restore(): void
}

/** A class instance or a plain object. */
class KeptObject implements Kept {
  private readonly keys: string[] = []
  private readonly values: unknown[] = []

  constructor(private readonly object: Record<string, unknown>) {
    for (const [key, { writable, value }] of Object.entries(Object.getOwnPropertyDescriptors(object))) {
      if (writable !== true) continue
      this.keys.push(key)
      this.values.push(value)
    }
  }
  restore(): void {
    const { object, keys, values } = this
    for (let i = 0; i < keys.length; i++) if (object[keys[i]!] !== values[i]) object[keys[i]!] = values[i]
  }
}

class KeptArray implements Kept {
  private readonly elements: readonly unknown[]

  constructor(private readonly array: unknown[]) {
    this.elements = [...array]
  }
  restore(): void {
    const { array, elements } = this
    if (array.length !== elements.length) array.length = elements.length
    for (let i = 0; i < elements.length; i++) if (array[i] !== elements[i]) array[i] = elements[i]
  }
}

class KeptNumbers implements Kept {
  private readonly copy: Numbers

  constructor(private readonly numbers: Numbers) {
    this.copy = numbers.slice()
  }
  restore(): void {
    ;(this.numbers as Uint8Array).set(this.copy as Uint8Array)
  }
}

class KeptMap implements Kept {
  private readonly entries: readonly (readonly [unknown, unknown])[]

  constructor(private readonly map: Map<unknown, unknown>) {
    this.entries = [...map]
  }
  restore(): void {
    if (this.map.size === 0 && this.entries.length === 0) return
    this.map.clear()
    for (const [key, value] of this.entries) this.map.set(key, value)
  }
}

class KeptSet implements Kept {
  private readonly values: readonly unknown[]

  constructor(private readonly set: Set<unknown>) {
    this.values = [...set]
  }
  restore(): void {
    if (this.set.size === 0 && this.values.length === 0) return
    this.set.clear()
    for (const value of this.values) this.set.add(value)
  }
}

export class StateImage {
  private readonly kept: Kept[] = []

  /** Takes the picture of what can be reached from `roots`, without going into `except`. */
  constructor(roots: readonly object[], except: readonly object[]) {
    const seen = new Set<object>(except)
    const waiting = [...roots]
    for (let object = waiting.pop(); object !== undefined; object = waiting.pop()) {
      if (seen.has(object)) continue
      seen.add(object)
      for (const value of this.keep(object)) if (typeof value === 'object' && value !== null) waiting.push(value)
    }
  }

  /** Keeps one object; returns what it refers to. */
  private keep(object: object): Iterable<unknown> {
    if (ArrayBuffer.isView(object)) {
      this.kept.push(new KeptNumbers(object as Numbers))
      return []
    }
    if (object instanceof Map) {
      this.kept.push(new KeptMap(object))
      return [...object.keys(), ...object.values()]
    }
    if (object instanceof Set) {
      this.kept.push(new KeptSet(object))
      return object
    }
    if (Array.isArray(object)) {
      const array: unknown[] = object
      if (!Object.isFrozen(array)) this.kept.push(new KeptArray(array))
      return array
    }
    if (object instanceof WeakMap || object instanceof WeakSet) return []
    if (!Object.isFrozen(object)) this.kept.push(new KeptObject(object as Record<string, unknown>))
    return Object.values(object)
  }

  /** Everything is again as it was. */
  restore(): void {
    for (const kept of this.kept) kept.restore()
  }

  /** Objects in the picture. */
  get size(): number {
    return this.kept.length
  }
}
