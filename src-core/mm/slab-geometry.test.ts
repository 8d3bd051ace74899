import { describe, expect, it } from 'vitest'
import { GFP_KERNEL } from './gfp.ts'
import {
  SLAB_DEBUG_FLAGS,
  SLAB_HWCACHE_ALIGN,
  SLAB_KMALLOC,
  SLAB_POISON,
  SLAB_RED_ZONE,
  SLAB_STORE_USER,
  SLAB_TYPESAFE_BY_RCU,
} from './slab-flags.ts'
import { slabGeometry, type SlabMachine } from './slab-geometry.ts'
import { lab, type Lab } from './testing/lab.ts'

/** 4K pages, 64 bit. */
const X86: SlabMachine = { pageSize: 4096, word: 8, cpus: 1, maxOrder: 10, kasan: false }
const geometry = (on: Partial<SlabMachine>, objectSize: number, align: number, flags = 0, hasCtor = false) =>
  slabGeometry({ ...X86, ...on }, { objectSize, align, flags, hasCtor, slubDebug: (flags & SLAB_DEBUG_FLAGS) !== 0 })
/** Generic KASAN works with 16K pages too. */
const ARM: SlabMachine = { ...X86, pageSize: 16_384, maxOrder: 11 }
const I386: SlabMachine = { ...X86, word: 4 }
/** First object, stride, order and objects of caches of these sizes, kmalloc's or made with align 0. */
const drawn = (on: SlabMachine, sizes: readonly number[], flags = 0): string[] =>
  sizes.map((size) => {
    const g = geometry(on, size, (flags & SLAB_KMALLOC) === 0 ? 0 : size & -size, flags)
    return `${size}: +${g.firstObject} ${g.stride}/${g.order}/${g.objects}`
  })

describe('slab geometry (KERNEL_FACTS 3.1, 3.10)', () => {
  const drawing = (k: Lab): string[] =>
    k.slab.caches
      .filter((cache) => cache.kmalloc)
      .sort((a, b) => a.objectSize - b.objectSize)
      .map((cache) => `${cache.name} ${cache.stride}/${cache.order}/${cache.objects}`)

  it('of the kmalloc caches is as measured on a plain kernel', () => {
    expect(drawing(lab())).toEqual([
      'kmalloc-8 8/0/512',
      'kmalloc-16 16/0/256',
      'kmalloc-32 32/0/128',
      'kmalloc-64 64/0/64',
      'kmalloc-96 96/0/42',
      'kmalloc-128 128/0/32',
      'kmalloc-192 192/0/21',
      'kmalloc-256 256/0/16',
      'kmalloc-512 512/0/8',
      'kmalloc-1k 1024/1/8',
      'kmalloc-2k 2048/2/8',
      'kmalloc-4k 4096/3/8',
      'kmalloc-8k 8192/3/4',
    ])
  })

  it('of the kmalloc caches is as measured with generic KASAN', () => {
    expect(drawing(lab({ debug: true }))).toEqual([
      'kmalloc-8 48/0/85',
      'kmalloc-16 48/0/85',
      'kmalloc-32 64/0/64',
      'kmalloc-64 128/0/32',
      'kmalloc-96 128/0/32',
      'kmalloc-128 256/0/16',
      'kmalloc-192 256/0/16',
      'kmalloc-256 512/0/8',
      'kmalloc-512 1024/1/8',
      'kmalloc-1k 2048/2/8',
      'kmalloc-2k 4096/3/8',
      'kmalloc-4k 8192/3/4',
      'kmalloc-8k 16384/3/2',
    ])
  })

  it('follows the number of cpus', () => {
    const rows = [64, 192, 256, 512, 1024, 2048, 4096, 8192].map((size) =>
      [1, 2, 8, 16]
        .map((cpus) => {
          const { order, objects } = geometry({ cpus }, size, size & -size)
          return `${order}x${objects}`
        })
        .join(' '),
    )
    expect(rows).toEqual([
      '0x64 0x64 0x64 0x64',
      '0x21 0x21 0x21 1x42',
      '0x16 0x16 1x32 1x32',
      '0x8 1x16 2x32 2x32',
      '1x8 2x16 3x32 3x32',
      '2x8 3x16 3x16 3x16',
      '3x8 3x8 3x8 3x8',
      '3x4 3x4 3x4 3x4',
    ])
  })

  it('of a cache of 200 bytes is as measured, plain, with KASAN and with slab_debug=FZPU', () => {
    const debug = SLAB_RED_ZONE | SLAB_POISON | SLAB_STORE_USER
    const draw = (flags: number, kasan: boolean, size = 200, align = 8): string => {
      const g = geometry({ kasan }, size, align, flags)
      return `+${g.firstObject} ${g.stride}/${g.order}/${g.objects}`
    }
    expect([
      draw(0, false),
      draw(0, true),
      draw(debug, false),
      draw(debug, false, 128, 128),
      draw(debug, false, 256, 256),
    ]).toEqual(['+0 200/0/20', '+0 264/0/15', '+8 296/0/13', '+128 384/0/10', '+256 768/1/10'])
  })
})

describe('KASAN records behind an object', () => {
  it('take what kasan_cache_create() takes, also of small and typesafe objects', () => {
    const stride = (size: number, flags = 0, align = 8, hasCtor = false): number =>
      geometry({ kasan: true }, size, align, flags, hasCtor).stride
    // Up to 23 bytes the record of the free ends behind the object; SLUB's own debugging keeps it apart.
    expect([8, 16, 20, 24, 32, 40, 48, 64, 100, 128].map((size) => stride(size))).toEqual([
      48,
      48,
      52 + 4,
      48,
      56,
      64,
      72,
      96,
      164 + 4,
      192,
    ])
    expect(stride(8, SLAB_STORE_USER)).toBe(8 + 64 + 24 + 24)
    expect([stride(200), stride(200, SLAB_TYPESAFE_BY_RCU), stride(200, 0, 8, true)]).toEqual([264, 264, 264])
    expect([stride(32, SLAB_TYPESAFE_BY_RCU), stride(70_000)]).toEqual([88, 72_048])
  })
})

/**
 * Computed by a C program from the rules of calculate_sizes(), with `struct track` and
 * `__alignof__(unsigned long long)` as GCC lays them out for each machine.
 */
describe('slab geometry of other machines', () => {
  it('arm64 with 16K pages: kmalloc caches up to 32K, plain and with KASAN, for one cpu and four', () => {
    const sizes = [8, 96, 192, 2048, 4096, 8192, 16_384, 32_768]
    expect(drawn(ARM, sizes, SLAB_KMALLOC)).toEqual([
      '8: +0 8/0/2048',
      '96: +0 96/0/170',
      '192: +0 192/0/85',
      '2048: +0 2048/0/8',
      '4096: +0 4096/1/8',
      '8192: +0 8192/2/8',
      '16384: +0 16384/3/8',
      '32768: +0 32768/3/4',
    ])
    expect(drawn({ ...ARM, cpus: 4 }, [1024, 2048, 4096, 8192], SLAB_KMALLOC)).toEqual([
      '1024: +0 1024/0/16',
      '2048: +0 2048/1/16',
      '4096: +0 4096/2/16',
      '8192: +0 8192/3/16',
    ])
    expect(drawn({ ...ARM, kasan: true }, sizes, SLAB_KMALLOC)).toEqual([
      '8: +0 48/0/341',
      '96: +0 128/0/128',
      '192: +0 256/0/64',
      '2048: +0 4096/1/8',
      '4096: +0 8192/2/8',
      '8192: +0 16384/3/8',
      '16384: +0 32768/3/4',
      '32768: +0 65536/3/2',
    ])
  })

  it('i386: words of 4 bytes, objects aligned to 8', () => {
    const sizes = [1, 4, 5, 12, 20, 24, 28, 36, 100, 200]
    const strides = (flags: number): number[] => sizes.map((size) => geometry(I386, size, 0, flags).stride)
    expect(strides(0)).toEqual([8, 8, 8, 16, 24, 24, 32, 40, 104, 200])
    expect(strides(SLAB_TYPESAFE_BY_RCU)).toEqual([8, 8, 16, 16, 24, 32, 32, 40, 104, 208])
    expect(strides(SLAB_RED_ZONE)).toEqual([24, 24, 24, 32, 40, 40, 48, 56, 120, 216])
    expect(strides(SLAB_RED_ZONE | SLAB_POISON | SLAB_STORE_USER)).toEqual([64, 64, 64, 72, 80, 88, 88, 96, 160, 264])
    expect(strides(SLAB_HWCACHE_ALIGN)).toEqual([8, 8, 8, 16, 32, 32, 32, 64, 128, 256])
    expect(drawn(I386, [20, 200], SLAB_RED_ZONE | SLAB_POISON | SLAB_STORE_USER)).toEqual([
      '20: +8 80/0/51',
      '200: +8 264/0/15',
    ])
    expect(drawn({ ...I386, cpus: 4 }, [8, 96, 512, 1024, 2048, 4096, 8192], SLAB_KMALLOC)).toEqual([
      '8: +0 8/0/512',
      '96: +0 96/0/42',
      '512: +0 512/1/16',
      '1024: +0 1024/2/16',
      '2048: +0 2048/3/16',
      '4096: +0 4096/3/8',
      '8192: +0 8192/3/4',
    ])
  })

  it('i386 has no KASAN: with debugging on objects lie as without, are used again, and caches are shared', () => {
    const k = lab({ arch: 'i386-highmem', memory: 64 * 2 ** 20, debug: true })
    const strides = k.slab.caches.map(({ objectSize, stride }) => stride - objectSize)
    expect(strides.every((rest) => rest === 0)).toBe(true)
    const a = k.step(() => k.slab.kmalloc(64, GFP_KERNEL))
    k.step(() => k.slab.kfree(a))
    expect(k.step(() => k.slab.kmalloc(64, GFP_KERNEL))).toBe(a)
    const [one, two, three] = [20, 24, 17].map((size) =>
      k.step(() => k.slab.createCache(`c${size}`, size, 0, 0, false)),
    )
    // 24 bytes fit the stride that 20 have; 17 become 20, and 24 with the alignment.
    expect([one === two, one === three]).toEqual([true, true])
  })
})

describe('a cache made after one with a debug flag', () => {
  it('keeps the record of a free behind its small objects (slub_debug_enabled), with KASAN', () => {
    const k = lab({ debug: true })
    const stride = (name: string, flags: number): number =>
      k.slab.caches[k.step(() => k.slab.createCache(name, 16, 0, flags, false))]!.stride
    expect([stride('before', 0), stride('debugged', SLAB_STORE_USER), stride('after', 0)]).toEqual([
      48,
      16 + 64 + 24 + 24,
      64,
    ])
  })
})

describe('a cache that another was merged with', () => {
  it('has the larger object size, and each handle its own', () => {
    const k = lab()
    const small = k.step(() => k.slab.createCache('small', 100, 0, 0, false))
    const large = k.step(() => k.slab.createCache('large', 104, 0, 0, false))
    const { objectSize, inuse } = k.slab.caches[large]!
    expect([small === large, objectSize, inuse]).toEqual([true, 104, 104])
  })
})
