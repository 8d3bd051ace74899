/**
 * thread/bonzini: the sketch of message 16: firmware that owns its memory, and pages borrowed from it, with no
 * reference count anywhere (KERNEL_FACTS §9.5). `ToComponentPage` is implemented for boxes and vectors,
 * `ToComponentPageMut` for boxes only, because a vector's buffer may move. Written anew from its description.
 */
import { BorrowKind } from '../../trace/contracts.ts'
import { Ptr, Region } from '../handles/pointer.ts'
import type { NvkmFirmwareDataStatics, NvkmFirmwareStatics, ToComponentPageStatics } from '../handles/rust-types.ts'
import { sg_table, tableBehind } from '../handles/scatterlist.ts'
import { boxesOf } from '../kernel/boxes.ts'
import { pageOfArea } from '../kernel/memory.ts'
import { pagesOf } from '../kernel/page-type.ts'
import { EINVAL, rustOf, type Borrow, type Handle, type Rust, type RustType } from '../kernel/rust.ts'
import { vectorsOf } from '../kernel/vectors.ts'
import { dropValue } from '../drop.ts'
import { lazy } from '../lazy.ts'
import type { RunHost } from '../run-host.ts'
import { busAddress } from '../scatter.ts'
import type { Site, Surface } from '../surface.ts'

interface Container {
  readonly pointer: Ptr | null
  readonly bytes: number
  readonly dead: () => number
  readonly isVec: boolean
}

interface DataState extends Handle {
  readonly kind: 'Ram' | 'Dma' | 'Sgt'
  readonly content: object
}
interface FirmwareState extends Handle {
  readonly data: object
  readonly content: DataState
}
interface PagesState extends Handle {
  readonly table: object
}

/** The memory of a box or vector; null if the value is neither. */
function containerOf(rust: Rust, value: object): Container | null {
  const box = boxesOf(rust).state(value)
  const gone = rust.ownerGone(value)
  if (box !== undefined) return { pointer: box.pointer, bytes: box.bytes, dead: gone, isVec: false }
  const vec = vectorsOf(rust).state(value)
  if (vec === undefined) return null
  const { generation } = vec
  const dead = (): number => (gone() !== 0 ? gone() : vec.generation !== generation ? BorrowKind.GROWN : 0)
  return { pointer: vec.pointer, bytes: vec.capacity * vec.size, dead, isVec: true }
}

/** The frame of page `index` of memory in the linear map or in vmalloc space. */
function frameOf(rust: Rust, container: Container, index: number): number {
  const { pointer, bytes } = container
  if (pointer === null || !(index >= 0 && index * rust.s.pageSize < bytes)) rust.fail(EINVAL, 'no such page')
  if (Ptr.region(pointer) === Region.VMALLOC) return pageOfArea(rust, pointer, index)
  return Math.floor(rust.s.physOf(pointer) / rust.s.pageSize) + index
}

function componentPage(rust: Rust, site: Site, value: object, index: number, mutable: boolean): object {
  rust.checkEnded(site, value)
  const container = containerOf(rust, value)
  if (container === null || (mutable && container.isVec))
    throw new TypeError(
      mutable
        ? 'ToComponentPageMut is implemented by the boxes only: the buffer of a vector may move'
        : 'ToComponentPage is implemented by the boxes and vectors',
    )
  const pfn = frameOf(rust, container, index)
  const allocation = container.pointer === null ? 0 : Ptr.allocation(container.pointer)
  const borrow: Borrow = rust.borrowed(site, allocation, pfn, container.dead)
  return pagesOf(rust).borrowed(pfn, allocation, borrow)
}

class Sketch {
  private readonly datas: RustType<DataState>
  private readonly firmwares: RustType<FirmwareState>
  private readonly lists: RustType<PagesState>

  constructor(private readonly rust: Rust) {
    this.datas = rust.type<DataState>('NvkmFirmwareData', { pure: { kind: (self) => self.kind } })
    this.firmwares = rust.type<FirmwareState>('NvkmFirmware', {
      steps: {
        get_sgl: (site, self, dev: object, dir: number) => this.list(site, self, dev, dir),
        page: (site, self, index: number) => componentPage(rust, site, self.content.content, index, false),
      },
      pure: { kind: (self) => self.content.kind, img: (self) => self.data },
    })
    this.lists = rust.type<PagesState>('NvkmFirmwarePages', {
      steps: {
        iter: (site, self) => {
          rust.note(site)
          const table = tableBehind(self.table)
          return Object.freeze(
            rust.s.scatter
              .entries(table?.sgl ?? null, table?.nents ?? 0)
              .map((entry) =>
                Object.freeze({ dma_address: busAddress(rust.s, entry.dmaAddress), dma_len: entry.dmaLength }),
              ),
          )
        },
      },
      pure: { as_ptr: (self) => self.table },
    })
  }

  data(site: Site, kind: DataState['kind'], content: object): object {
    const { rust } = this
    rust.checkEnded(site, content)
    rust.note(site)
    const value = this.datas.make({ kind, content, borrow: null })
    rust.s.owners.add(value, {
      allocation: rust.s.owners.find(content)?.allocation ?? 0,
      type: 'NvkmFirmwareData',
      drop: (at) => dropValue(rust.s, at, content),
    })
    return value
  }

  firmware(site: Site, data: object): object {
    const { rust } = this
    const content = this.datas.alive(site, data)
    rust.note(site)
    const value = this.firmwares.make({ data, content, borrow: null })
    rust.s.owners.add(value, {
      allocation: rust.s.owners.find(data)?.allocation ?? 0,
      type: 'NvkmFirmware',
      drop: (at) => dropValue(rust.s, at, data),
    })
    return value
  }

  /** `get_sgl`: a table whose lifetime is that of the firmware it borrows from. */
  private list(site: Site, self: FirmwareState, dev: object, dir: number): object {
    const { rust } = this
    const container = containerOf(rust, self.content.content)
    if (self.content.kind !== 'Sgt' || container === null) return rust.fail(EINVAL, 'no table for this kind of memory')
    const count = Math.ceil(container.bytes / rust.s.pageSize)
    const frames = Array.from({ length: count }, (_, i) => rust.s.handles.page(frameOf(rust, container, i)))
    const table = new sg_table()
    const bytes = count * rust.s.pageSize
    const made = rust.call('sg_alloc_table_from_pages', site, table, frames, count, 0, bytes, 0xcc0) as number
    if (made < 0) rust.fail(made)
    const mapped = rust.call('dma_map_sgtable', site, dev, table, dir, 0) as number
    if (mapped < 0) {
      rust.call('sg_free_table', site, table)
      rust.fail(mapped)
    }
    const allocation = container.pointer === null ? 0 : Ptr.allocation(container.pointer)
    const borrow = rust.borrowed(site, allocation, -1, rust.ownerGone(self.handle ?? self))
    const value = this.lists.make({ table, borrow })
    rust.s.owners.add(value, {
      allocation,
      type: 'NvkmFirmwarePages',
      drop: (at) => {
        rust.checkBorrow(at, borrow)
        rust.call('dma_unmap_sgtable', at, dev, table, dir, 0)
        rust.call('sg_free_table', at, table)
      },
    })
    return value
  }
}

const SKETCHES = new WeakMap<Rust, Sketch>()
function sketchOf(rust: Rust): Sketch {
  let sketch = SKETCHES.get(rust)
  if (sketch === undefined) SKETCHES.set(rust, (sketch = new Sketch(rust)))
  return sketch
}

export function threadBonzini(s: Surface, host: RunHost) {
  const rust = rustOf(s, host)
  return {
    values: {
      /** Where firmware lies: `NvkmFirmwareData.Ram(kbox)`, `.Dma(coherent)`, `.Sgt(vbox)`. Takes the memory over. */
      NvkmFirmwareData: lazy(() => ({
        Ram: rust.fn((site, content: object) => sketchOf(rust).data(site, 'Ram', content)),
        Dma: rust.fn((site, content: object) => sketchOf(rust).data(site, 'Dma', content)),
        Sgt: rust.fn((site, content: object) => sketchOf(rust).data(site, 'Sgt', content)),
      })) as unknown as NvkmFirmwareDataStatics,
      /** Firmware that owns its memory: `NvkmFirmware.new(data)`; `get_sgl(dev, dir)` lends its pages to a device. */
      NvkmFirmware: lazy(() => ({
        new: rust.fn((site, data: object) => sketchOf(rust).firmware(site, data)),
      })) as unknown as NvkmFirmwareStatics,
      /** Page `i` of a box or vector, borrowed from it: by `virt_to_page` or `vmalloc_to_page`. */
      ToComponentPage: lazy(() => ({
        to_component_page: rust.fn((site, value: object, i: number) => componentPage(rust, site, value, i, false)),
      })) as unknown as ToComponentPageStatics,
      /** The same for exclusive access: for boxes only, because a vector's buffer may move. */
      ToComponentPageMut: lazy(() => ({
        to_component_page_mut: rust.fn((site, value: object, i: number) => componentPage(rust, site, value, i, true)),
      })) as unknown as ToComponentPageStatics,
    },
  }
}
