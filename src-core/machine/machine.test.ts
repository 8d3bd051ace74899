import { describe, expect, it } from 'vitest'
import { lab } from '../mm/testing/lab.ts'
import { FRAME_KIND_NAMES, useKind } from '../trace/fields.ts'
import { initialFlags, initialOrder, initialUse } from '../trace/boot-state.ts'
import { DEFAULT_MACHINE, parseMachine, parseMachineText, type MachineConfig } from './config.ts'
import { machineInfo } from './layout.ts'

const MIB = 2 ** 20

describe('the machine of a program', () => {
  it('has defaults, sizes with units and switches', () => {
    expect(parseMachineText('memory=128M cpus=2 debug=off')).toEqual({
      ok: true,
      config: { ...DEFAULT_MACHINE, memory: 128 * MIB, cpus: 2, debug: false },
    })
    expect(parseMachine({ arch: 'i386-highmem' })).toMatchObject({ config: { memory: 1024 * MIB } })
  })

  it('says for every wrong setting what is allowed', () => {
    expect(parseMachineText('memory=2M cpus=65 arch=riscv debg=on seed=x')).toEqual({
      ok: false,
      errors: [
        'machine: memory=2M is not possible (allowed: 4M to 4G)',
        'machine: cpus=65 is not possible (allowed: 1 to 64)',
        'machine: arch=riscv is not possible (allowed: x86_64, arm64-16k, i386-highmem)',
        "machine: unknown setting 'debg', did you mean 'debug'? " +
          '(known: memory, cpus, arch, debug, iommu, swiotlb, seed, highmem, page_poison)',
        'machine: seed=x is not possible (allowed: 0 to 4294967295)',
      ],
    })
    expect(parseMachineText('fast')).toEqual({ ok: false, errors: ["machine: 'fast' is not of the form name=value"] })
    expect(parseMachineText('highmem=8M')).toEqual({
      ok: false,
      errors: ['machine: highmem needs arch=i386-highmem, not x86_64'],
    })
  })

  it('has the zones of its architecture', () => {
    const draw = (config: Partial<MachineConfig>): string => {
      const info = machineInfo({ ...DEFAULT_MACHINE, ...config })
      return info.zones.map((zone) => `${zone.name} ${zone.start}-${zone.end}`).join(', ')
    }
    expect([
      draw({}),
      draw({ memory: 8 * MIB }),
      draw({ memory: 4096 * MIB }),
      draw({ arch: 'arm64-16k' }),
      draw({ arch: 'i386-highmem', memory: 1024 * MIB }),
      draw({ arch: 'i386-highmem', memory: 64 * MIB, highmem: 32 * MIB }),
    ]).toEqual([
      'DMA 256-4096, DMA32 4096-16384',
      'DMA 256-2048',
      'DMA 256-4096, DMA32 4096-1048576',
      'DMA 64-4096',
      'DMA 256-4096, Normal 4096-229376, HighMem 229376-262144',
      'DMA 256-4096, Normal 4096-8192, HighMem 8192-16384',
    ])
  })

  it('boots into the state that boot-state.ts derives, frame by frame', () => {
    for (const config of [{ memory: 5 * MIB }, { memory: 64 * MIB }, { arch: 'arm64-16k' as const, memory: 8 * MIB }]) {
      const k = lab(config)
      for (let pfn = 0; pfn < k.frames.count; pfn++) {
        const found = [k.frames.use[pfn], k.frames.order[pfn], k.frames.flags[pfn]]
        const derived = [initialUse(k.info, pfn), initialOrder(k.info, pfn), initialFlags(k.info, pfn)]
        expect(found.join(), `frame ${pfn}, ${FRAME_KIND_NAMES[useKind(found[0])]}`).toBe(derived.join())
      }
    }
  })
})

describe('memory', () => {
  it('is little endian and keeps what is written, across frames too', () => {
    const { memory, step } = lab()
    step(() => memory.writeU64(0x20_0ffc, 0x1122_3344_5566_7788n))
    expect([
      memory.readU8(0x20_0ffc),
      memory.readU16(0x20_0fff),
      memory.readU32(0x20_0ffe),
      memory.readU64(0x20_0ffc),
    ]).toEqual([0x88, 0x4455, 0x3344_5566, 0x1122_3344_5566_7788n])
  })

  it('reads zero where nothing was written, and filling that with zeroes records nothing', () => {
    const k = lab()
    k.step(() => k.memory.fill(0x30_0000, 8192, 0))
    expect([k.memory.readU32(0x30_0000), k.chunks[0].ops.deltaEnd[0]]).toEqual([0, 0])
    k.step(() => k.memory.fill(0x30_0ff0, 32, 0xff))
    expect([k.memory.readU32(0x30_0ffe), k.memory.readU8(0x30_1010), k.chunks[0].ops.deltaEnd[1]]).toEqual([
      0xffff_ffff, 0, 2,
    ])
  })

  it('copies, compares and fills back to zero', () => {
    const { memory, step } = lab()
    step(() => memory.writeBytes(0x40_0000, Uint8Array.from([1, 2, 3, 4])))
    step(() => memory.copy(0x50_0002, 0x40_0000, 4))
    expect([memory.compare(0x40_0000, 0x50_0002, 4), memory.compare(0x40_0000, 0x50_0000, 4) > 0]).toEqual([0, true])
    step(() => memory.fill(0x40_0000, 4096, 0))
    expect(memory.bytes(0x40_0000, 4)).toEqual(new Uint8Array(4))
  })
})
