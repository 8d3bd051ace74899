/** `struct()` and the field types of kernel structs; `container_of`, `offsetof`, `sizeof`. */
import { Ptr } from '../handles/pointer.ts'
import { atomic_t } from '../handles/cells.ts'
import { list_head } from '../handles/list.ts'
import { delayed_work, work_struct } from '../handles/work.ts'
import { folio, page } from '../handles/page.ts'
import { scatterlist, sg_table } from '../handles/scatterlist.ts'
import { completion, mutex, rcu_head, rw_semaphore, spinlock_t, wait_queue_head_t } from '../handles/objects.ts'
import {
  offsetOf,
  layoutStruct,
  viewPointer,
  type FieldSpec,
  type FieldType,
  type pointer_value,
  type StructType,
  type View,
} from '../handles/struct-type.ts'
import { fieldAlign, structSize, type KnownStruct } from '../../trace/abi.ts'
import { frameOfStructPage, structPageAddress } from '../../trace/vmemmap.ts'
import type { Access } from '../handles/access.ts'
import type { Surface } from '../surface.ts'

export function linuxTypes(s: Surface) {
  const { control, access } = s
  const { info } = s.kernel
  const { word } = access

  const unsigned = (c: string, size: 1 | 2 | 4): FieldType<number> => ({
    c,
    size,
    align: size,
    read: (a, at) =>
      size === 1
        ? a.read_u8(control.site(), at)
        : size === 2
          ? a.read_u16(control.site(), at)
          : a.read_u32(control.site(), at),
    write(a, at, value: number) {
      if (size === 1) a.write_u8(control.site(), at, 0, value)
      else if (size === 2) a.write_u16(control.site(), at, 0, value)
      else a.write_u32(control.site(), at, 0, value)
    },
  })
  const wide: FieldType<bigint> = {
    c: 'u64',
    size: 8,
    align: fieldAlign(info, 8),
    read: (a, at) => a.read_u64(control.site(), at),
    write: (a, at, value: bigint | number) => a.write_u64(control.site(), at, 0, value),
  }
  const ulong: FieldType<bigint> = {
    c: 'unsigned long',
    size: word,
    align: word,
    read: (a, at) => a.readWord(control.site(), at),
    write: (a, at, value: bigint | number) => a.writeWord(control.site(), at, 0, BigInt(value)),
  }
  const sizes: FieldType<number> = {
    c: 'size_t',
    size: word,
    align: word,
    write: ulong.write,
    read: (a, at) => Number(a.readWord(control.site(), at)),
  }
  const signed: FieldType<number> = {
    c: 'int',
    size: 4,
    align: 4,
    read: (a, at) => a.read_u32(control.site(), at) | 0,
    write: (a, at, value: number) => a.write_u32(control.site(), at, 0, value),
  }
  const boolean: FieldType<boolean> = {
    c: 'bool',
    size: 1,
    align: 1,
    read: (a, at) => a.read_u8(control.site(), at) !== 0,
    write: (a, at, value: boolean) => a.write_u8(control.site(), at, 0, value ? 1 : 0),
  }

  /** Bits of a pointer-like value as they lie in memory. */
  function bitsOf(value: unknown): bigint {
    if (value === null || value === undefined) return 0n
    if (Ptr.is(value)) return value.addr
    const behind = viewPointer(value)
    if (behind !== null) return behind.addr
    if (page.is(value)) return structPageAddress(info, page.pfn(value))
    if (folio.is(value)) return structPageAddress(info, folio.pfn(value))
    throw new TypeError('a field of type ptr holds a pointer, a page, a folio, a view or null')
  }
  const pointer: FieldType<pointer_value> = {
    c: 'void *',
    size: word,
    align: word,
    read(a, at) {
      const phys = a.translate(at, 0)
      const bits = a.readWord(control.site(), at)
      return fromBits(a, phys, bits)
    },
    write(a, at, value: unknown) {
      const bits = bitsOf(value)
      const phys = a.translate(at, 0)
      a.writeWord(control.site(), at, 0, bits)
      if (phys >= 0) a.stored.set(phys, { value: viewPointer(value) ?? value, bits })
    },
  }
  /** What was stored, provenance and all, while the bytes are the same; else whatever the bits point at now. */
  function fromBits(a: Access, phys: number, bits: bigint): pointer_value {
    const stored = a.stored.get(phys)
    if (stored !== undefined && stored.bits === bits) return (stored.value ?? null) as pointer_value
    if (bits === 0n) return null
    const pfn = frameOfStructPage(info, bits)
    if (pfn >= 0) return s.handles.page(pfn)
    return a.fromAddress(bits)
  }

  const embedded = <V>(c: KnownStruct, embed: (a: Access, at: Ptr) => V): FieldType<V> => {
    const size = structSize(info, c)
    return { c, size, align: fieldAlign(info, size), read: null, write: null, embed }
  }
  const lock =
    <V extends object>(type: string, make: () => V) =>
    (): V => {
      const object = make()
      s.locks.init(object, type)
      return object
    }
  const counter: FieldType<atomic_t> = {
    c: 'atomic_t',
    size: 4,
    align: 4,
    read: null,
    write: null,
    embed: (_a, at) => new atomic_t(s.cells, 0, at),
  }
  /** Classes that stand for embedded objects, with how they lie in memory. */
  const classes = new Map<unknown, FieldType>([
    [
      mutex,
      embedded(
        'struct mutex',
        lock('mutex', () => new mutex()),
      ),
    ],
    [
      spinlock_t,
      embedded(
        'spinlock_t',
        lock('spinlock', () => new spinlock_t()),
      ),
    ],
    [
      rw_semaphore,
      embedded(
        'struct rw_semaphore',
        lock('rw_semaphore', () => new rw_semaphore()),
      ),
    ],
    [
      completion,
      embedded(
        'struct completion',
        lock('completion', () => new completion()),
      ),
    ],
    [
      wait_queue_head_t,
      embedded(
        'wait_queue_head_t',
        lock('waitqueue', () => new wait_queue_head_t()),
      ),
    ],
    [rcu_head, embedded('struct rcu_head', () => new rcu_head())],
    [list_head, s.lists.field],
    [work_struct, embedded('struct work_struct', () => new work_struct())],
    [delayed_work, embedded('struct delayed_work', () => new delayed_work())],
    [s.makeAtomic, counter],
    [s.makeRefcount, counter],
    [s.makeKref, { ...counter, c: 'struct kref' }],
  ])
  /** Structs that no struct() embeds, but whose size a program may ask for. */
  const others = new Map<unknown, number>([
    [scatterlist, structSize(info, 'struct scatterlist')],
    [sg_table, structSize(info, 'struct sg_table')],
  ])
  function resolve(spec: unknown): FieldType | null {
    const known = classes.get(spec)
    if (known !== undefined) return known
    const isType = typeof spec === 'object' && spec !== null && 'c' in spec && 'size' in spec
    return isType ? (spec as FieldType) : null
  }

  return {
    pure: {
      /**
       * Declares a C struct: `const Foo = struct('foo', { page: ptr, n: u32 })`. `sizeof(Foo)` is its size, and
       * `p.as(Foo)` a typed view of the memory at `p`.
       */
      struct<F extends Record<string, FieldSpec>>(name: string, fields: F): StructType<F> {
        return layoutStruct(name, fields, resolve)
      },
      /** Bytes of a struct or of a field type. */
      sizeof(type: StructType | FieldSpec): number {
        const field = resolve(type)
        if (field !== null) return field.size
        const size = others.get(type)
        if (size !== undefined) return size
        if (typeof type !== 'object' || type === null || !('offsets' in type))
          throw new TypeError('sizeof() takes a struct or a field type')
        return type.size
      },
      /** Offset of a field in bytes. */
      offsetof<F extends Record<string, FieldSpec>>(type: StructType<F>, field: keyof F): number {
        return offsetOf(type, field)
      },
      /** The struct that contains the field `p` points at. */
      container_of<F extends Record<string, FieldSpec>>(
        p: Ptr | object | null,
        type: StructType<F>,
        field: keyof F,
      ): View<StructType<F>> {
        const at = Ptr.is(p) ? p : viewPointer(p)
        if (at === null) throw new TypeError('container_of() takes a pointer to the field')
        return access.view(at.sub(offsetOf(type, field)), type)
      },
    },
    values: {
      /** Field type: 8 bits. */
      u8: unsigned('u8', 1) as FieldType<number>,
      /** Field type: 16 bits. */
      u16: unsigned('u16', 2) as FieldType<number>,
      /** Field type: 32 bits. */
      u32: unsigned('u32', 4) as FieldType<number>,
      /** Field type: 64 bits, a bigint. */
      u64: wide as FieldType<bigint>,
      /** Field type: an unsigned long, 64 bits or, on i386, 32; a bigint. */
      ulong: ulong as FieldType<bigint>,
      /** Field type: a size in bytes, as wide as an unsigned long; a number. */
      size_t: sizes as FieldType<number>,
      /** Field type: a signed 32-bit number. */
      int: signed as FieldType<number>,
      /** Field type: a truth value in one byte. */
      bool: boolean as FieldType<boolean>,
      /** Field type: any pointer. It keeps its provenance as long as its bytes are not overwritten. */
      ptr: pointer as FieldType<pointer_value>,
    },
  }
}
