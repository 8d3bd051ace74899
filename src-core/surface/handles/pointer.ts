/**
 * `Ptr`: a kernel or user virtual address in the hands of a snippet.
 *
 * A pointer silently carries the allocation it was derived from (its provenance), as Miri's pointers do: using it
 * after that allocation was freed is a mistake even when the address is in use again. Provenance never changes what
 * an access does, only what is said about it.
 *
 * Addresses exceed 2^53, so a pointer keeps a region and a byte offset inside it as plain numbers; the bigint is
 * made when somebody asks for `.addr`.
 */
import type { Access } from './access.ts'
import type { StructType, View } from './struct-type.ts'

/** The stretch of the address space an offset counts from. */
export const Region = {
  /** The linear map: offset = physical address. */
  LINEAR: 0,
  /** vmalloc space: offset from its first byte. */
  VMALLOC: 1,
  /** Everything else; offset = the address itself if it is small, and it maps nothing. */
  RAW: 2,
  /** The kmap slots of a machine with high memory; offset from the first one's address (`KMAP_START`). */
  KMAP: 3,
  /** User space; offset = the address. What is mapped there depends on the running program. */
  USER: 4,
} as const
export type Region = (typeof Region)[keyof typeof Region]

/** `base` of a pointer to a slab page as a whole: moving it takes the object it lands in as provenance. */
export const WHOLE_PAGE = -1

export class Ptr {
  readonly #access: Access
  readonly #region: Region
  readonly #offset: number
  readonly #allocation: number
  readonly #base: number
  readonly #mapping: number

  /** @internal */
  constructor(access: Access, region: Region, offset: number, allocation: number, base: number, mapping = 0) {
    this.#access = access
    this.#region = region
    this.#offset = offset
    this.#allocation = allocation
    this.#base = base
    this.#mapping = mapping
  }

  /** True if `value` is a pointer made by the simulator. @internal */
  static is(value: unknown): value is Ptr {
    return typeof value === 'object' && value !== null && #offset in value
  }
  /** @internal */
  static region(p: Ptr): Region {
    return p.#region
  }
  /** Byte offset inside the region. @internal */
  static offset(p: Ptr): number {
    return p.#offset
  }
  /** Allocation the pointer was derived from; 0 = none. @internal */
  static allocation(p: Ptr): number {
    // A whole number to V8, which would make a float of it on the way into the trace.
    return p.#allocation | 0
  }
  /** Offset inside the region where that allocation starts. @internal */
  static base(p: Ptr): number {
    return p.#base === WHOLE_PAGE ? p.#offset : p.#base
  }

  /** Physical address behind a pointer into the linear map, if it is below `limit`; -1 = anything else. @internal */
  static linear(value: unknown, limit: number): number {
    if (typeof value !== 'object' || value === null || !(#offset in value)) return -1
    const offset = value.#offset
    return value.#region === Region.LINEAR && offset >= 0 && offset < limit ? offset : -1
  }

  /** Right id of the kmap_local_page() that it was made by; 0 = none. @internal */
  static mapping(p: Ptr): number {
    return p.#mapping
  }
  /** The same pointer, good for as long as a local mapping is. @internal */
  static mapped(p: Ptr, mapping: number): Ptr {
    return new Ptr(p.#access, p.#region, p.#offset, p.#allocation, p.#base, mapping)
  }

  /** The virtual address as the CPU would see it. Reading it is no step. */
  get addr(): bigint {
    if (!(#access in this)) throw new TypeError('this is no pointer')
    const address = BigInt.asUintN(64, this.#access.regionStart(this.#region) + BigInt(this.#offset))
    return this.#access.word === 8 ? address : BigInt.asUintN(32, address)
  }

  #moved(offset: number): Ptr {
    if (this.#base === WHOLE_PAGE) return this.#access.linearOccupant(offset)
    return new Ptr(this.#access, this.#region, offset, this.#allocation, this.#base, this.#mapping)
  }

  /** The pointer `bytes` further on, with the same provenance. No step, never fails. */
  add(bytes: number | bigint): Ptr {
    return this.#moved(this.#offset + Number(bytes))
  }

  /** The pointer `bytes` before, with the same provenance. No step, never fails. */
  sub(bytes: number | bigint): Ptr {
    return this.#moved(this.#offset - Number(bytes))
  }

  /** True if both point at the same address, whatever they were derived from. `null` is address 0. No step. */
  eq(other: Ptr | null): boolean {
    return this.addr === (other === null ? 0n : other.addr)
  }

  /** Reads one byte at `offset` from the pointer. One step. A stale or wild pointer is reported and the read goes on
   *  as the hardware would; an address that maps nothing ends the task with an oops. */
  read_u8(offset = 0): number {
    return this.#access.read_u8(this.#access.site(), this, offset)
  }
  /** Reads 16 bits, little-endian. One step. See `read_u8`. */
  read_u16(offset = 0): number {
    return this.#access.read_u16(this.#access.site(), this, offset)
  }
  /** Reads 32 bits, little-endian, unsigned. One step. See `read_u8`. */
  read_u32(offset = 0): number {
    return this.#access.read_u32(this.#access.site(), this, offset)
  }
  /** Reads 64 bits, little-endian, unsigned. One step. See `read_u8`. */
  read_u64(offset = 0): bigint {
    return this.#access.read_u64(this.#access.site(), this, offset)
  }
  /** Writes the low 8 bits of `value` at `offset` from the pointer. One step. A stale pointer is reported and the
   *  bytes change all the same, whoever owns them now. */
  write_u8(offset: number, value: number): void {
    this.#access.write_u8(this.#access.site(), this, offset, value)
  }
  /** Writes the low 16 bits, little-endian. One step. See `write_u8`. */
  write_u16(offset: number, value: number): void {
    this.#access.write_u16(this.#access.site(), this, offset, value)
  }
  /** Writes the low 32 bits, little-endian. One step. See `write_u8`. */
  write_u32(offset: number, value: number): void {
    this.#access.write_u32(this.#access.site(), this, offset, value)
  }
  /** Writes 64 bits, little-endian. One step. See `write_u8`. */
  write_u64(offset: number, value: number | bigint): void {
    this.#access.write_u64(this.#access.site(), this, offset, value)
  }

  /** A typed view of the bytes at the pointer: its fields read and write simulated memory. No step by itself. */
  as<T extends StructType>(type: T): View<T> {
    return this.#access.view(this, type)
  }

  /** The address in hex, for messages. No step. */
  toString(): string {
    return `0x${this.addr.toString(16).padStart(2 * this.#access.word, '0')}`
  }
}
