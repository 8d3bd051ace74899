/**
 * `struct()`: C structs in simulated memory. A type is a layout; a view is a pointer seen through it, whose fields
 * read and write memory as `Ptr` accesses do: checked, traced, one step each.
 *
 * Layout follows the psABI of the machine: each field at its alignment (natural, but no more than a word on i386), the
 * struct padded to the largest one.
 * Simplified: embedded kernel objects (locks, list nodes, rcu heads) have the sizes of a kernel without lockdep.
 */
import type { Access } from './access.ts'
import { withoutBirth } from './objects.ts'
import { Ptr } from './pointer.ts'

/** How a field lies in memory and what reading it gives. */
export interface FieldType<V = unknown> {
  /** Name as the kernel spells the C type. */
  readonly c: string
  /** Bytes it takes. */
  readonly size: number
  /** Alignment in bytes. */
  readonly align: number
  /** @internal Reads it; `null` for an embedded object, which is not read but addressed. */
  readonly read: ((access: Access, at: Ptr) => V) | null
  /** @internal */
  readonly write: ((access: Access, at: Ptr, value: never) => void) | null
  /** @internal Makes the object that stands for an embedded field. */
  readonly embed?: (access: Access, at: Ptr) => V
}

/**
 * What may stand for the type of a field: a field type, or the class of an embedded kernel object (`mutex`,
 * `rcu_head` …).
 */
export type FieldSpec = FieldType | (new () => object)

/** What reading a field gives. */
export type FieldValue<S> = S extends FieldType<infer V> ? V : S extends new () => infer O ? O : never

/** Whatever a field of type `ptr` holds. @declared-as any */
export type pointer_value = object | null

/** A struct layout made by `struct()`. */
export interface StructType<F extends Record<string, FieldSpec> = Record<string, FieldSpec>> {
  /** C name of the struct. */
  readonly name: string
  /** `sizeof`, in bytes. */
  readonly size: number
  /** Alignment, in bytes. */
  readonly align: number
  /** Byte offset of each field. */
  readonly offsets: { readonly [K in keyof F]: number }
  /** The fields, as declared. */
  readonly fields: F
  /** @internal */
  readonly types: Readonly<Record<string, FieldType>>
}

/** A pointer seen as a struct: one property a field, and `ptr`, the pointer itself. */
export type View<T extends StructType> = {
  [K in keyof T['fields']]: FieldValue<T['fields'][K]>
} & { /** The pointer to the struct. */ readonly ptr: Ptr }

/** Views made so far know their pointer and type here. */
const VIEWS = new WeakMap<object, { readonly ptr: Ptr; readonly type: StructType }>()

/** True if `value` is a typed view of simulated memory. @internal */
export function isView(value: unknown): boolean {
  return typeof value === 'object' && value !== null && VIEWS.has(value)
}

/** Where embedded objects (locks, rcu heads …) lie. */
const PLACES = new WeakMap<object, Ptr>()

/** The pointer behind a view or an embedded object, or null. @internal */
export function viewPointer(value: unknown): Ptr | null {
  if (typeof value !== 'object' || value === null) return null
  return VIEWS.get(value)?.ptr ?? PLACES.get(value) ?? null
}

/** Offset of a field in bytes. Throws TypeError if there is no such struct or field. */
export function offsetOf<F extends Record<string, FieldSpec>>(type: StructType<F>, field: keyof F): number {
  if (typeof type !== 'object' || type === null || typeof type.offsets !== 'object' || type.offsets === null)
    throw new TypeError('the struct that has the field is missing')
  const offset = type.offsets[field]
  if (typeof offset !== 'number') throw new TypeError(`struct ${type.name} has no field \`${String(field)}\``)
  return offset
}

/** Lays out a struct. `resolve` turns what was written into a field type. Throws TypeError for a field that is none. */
export function layoutStruct<F extends Record<string, FieldSpec>>(
  name: string,
  fields: F,
  resolve: (spec: unknown) => FieldType | null,
): StructType<F> {
  if (typeof fields !== 'object' || (fields as object | null) === null)
    throw new TypeError('struct() takes a name and its fields: struct("foo", { n: u32 })')
  const offsets: Record<string, number> = {}
  const types: Record<string, FieldType> = {}
  let at = 0
  let align = 1
  for (const [field, spec] of Object.entries(fields)) {
    const type = resolve(spec)
    if (type === null)
      throw new TypeError(`struct ${name}: field \`${field}\` has no type; use ptr, u8, u16, u32, u64, spinlock_t …`)
    if (field === 'ptr')
      throw new TypeError(`struct ${name}: a field cannot be called \`ptr\`, which is the pointer itself`)
    at = Math.ceil(at / type.align) * type.align
    offsets[field] = at
    types[field] = type
    at += type.size
    align = Math.max(align, type.align)
  }
  const size = Math.max(Math.ceil(at / align) * align, 1)
  return Object.freeze({
    name,
    size,
    align,
    offsets: Object.freeze(offsets) as StructType<F>['offsets'],
    fields: Object.freeze({ ...fields }),
    types: Object.freeze(types),
  })
}

const PROTOTYPES = new WeakMap<StructType, object>()

/** The prototype of all views of one type: an accessor a field. */
function prototypeOf(access: Access, type: StructType): object {
  const known = PROTOTYPES.get(type)
  if (known !== undefined) return known
  const prototype: object = Object.create(null) as object
  for (const [name, field] of Object.entries(type.types)) {
    const offset = type.offsets[name]!
    Object.defineProperty(prototype, name, {
      enumerable: true,
      get(this: object) {
        const at = pointerOf(this).add(offset)
        return field.read === null ? embedded(access, this, name, field, at) : field.read(access, at)
      },
      set(this: object, value: unknown) {
        if (field.write === null)
          throw new TypeError(
            `struct ${type.name}: \`${name}\` (${field.c}) is set up by its init function, not assigned`,
          )
        field.write(access, pointerOf(this).add(offset), value as never)
      },
    })
  }
  Object.defineProperty(prototype, 'ptr', {
    get(this: object) {
      return pointerOf(this)
    },
  })
  Object.defineProperty(prototype, 'toString', {
    value(this: object) {
      return `struct ${type.name} *${pointerOf(this).toString()}`
    },
  })
  PROTOTYPES.set(type, Object.freeze(prototype))
  return prototype
}

function pointerOf(view: object): Ptr {
  const known = VIEWS.get(view)
  if (known === undefined) throw new TypeError('this is no view of simulated memory')
  return known.ptr
}

/** Embedded objects keep their identity as long as they sit at one address: a lock is the same lock next time. */
const EMBEDDED = new WeakMap<Access, Map<string, unknown>>()
function embedded(access: Access, _view: object, name: string, field: FieldType, at: Ptr): unknown {
  let table = EMBEDDED.get(access)
  if (table === undefined) EMBEDDED.set(access, (table = new Map()))
  const key = `${Ptr.allocation(at)}:${at.addr}:${field.c}`
  let object = table.get(key)
  if (object === undefined) {
    if (field.embed === undefined) throw new TypeError(`\`${name}\` (${field.c}) cannot be read`)
    const { embed } = field
    table.set(key, (object = withoutBirth(() => embed(access, at))))
    PLACES.set(object as object, at)
  }
  return object
}

/** The embedded object at an address; the same one as the field of a view there gives. @internal */
export function embeddedAt<V>(access: Access, field: FieldType<V>, at: Ptr): V {
  return embedded(access, at, field.c, field, at) as V
}

/** A view of the memory at `ptr`. No access happens until a field is used. */
export function makeView<T extends StructType>(access: Access, ptr: Ptr, type: T): View<T> {
  const view = Object.create(prototypeOf(access, type)) as object
  VIEWS.set(view, { ptr, type })
  return Object.freeze(view) as View<T>
}
