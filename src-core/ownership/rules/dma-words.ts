/** What the DMA rules have in common: DMA-API lines, names of buffers, the mistake of an unchecked map. */
import { AllocationKind } from '../../trace/allocation-kind.ts'
import { Op, OP_NAMES } from '../../trace/ops.ts'
import { Mark } from '../allocation-table.ts'
import { isSyncForCpu, type DmaMapping } from '../dma-table.ts'
import type { Finding, FindingLine } from '../finding.ts'
import type { Row } from '../row.ts'
import { usedLine, type Scene } from '../scene.ts'
import { codeOf } from './access.ts'

/** How dma-debug calls the kinds of mappings. */
export function typeName(mapping: DmaMapping): string {
  return mapping.isCoherent ? 'coherent' : mapping.isList ? 'scatter-gather' : 'single'
}

/** A DMA address as dma-debug prints it. */
export function deviceAddress(address: number): string {
  return `[device address=0x${(address >>> 0).toString(16).padStart(16, '0')}]`
}

/** A line of dma-debug, which `debug=on` has. The driver has the device's name. */
export function dmaApi(scene: Scene, row: Row, text: string): string {
  return scene.machine.debug ? `DMA-API: ${deviceNames(scene, row)}: device driver ${text}` : ''
}

/** Bytes that dma-debug names: of a list those of its first entry. */
export function bytesOf(mapping: DmaMapping): number {
  return mapping.isList ? (mapping.segments[0]?.length ?? 0) : mapping.size
}

/** What dma-debug says of a sync in another direction than that of the map, `[was, is]` (check_sync()). */
export function wrongSync(scene: Scene, row: Row, mapping: DmaMapping, [was, is]: readonly [string, string]): string {
  const where =
    `${deviceAddress(mapping.isList ? mapping.address : row.subject)} [size=${bytesOf(mapping)} bytes] ` +
    `[mapped with ${was}] [synced with ${is}]`
  const forCpu = isSyncForCpu(row.op)
  const never = forCpu ? 'DMA_FROM_DEVICE' : 'DMA_TO_DEVICE'
  const meant = forCpu ? 'DMA_TO_DEVICE' : 'DMA_FROM_DEVICE'
  const untouched = forCpu ? 'device read-only DMA memory for cpu' : 'device write-only DMA memory to device'
  const lines = [dmaApi(scene, row, `syncs DMA memory with different direction ${where}`)]
  if (was !== never && is !== meant) lines.push(dmaApi(scene, row, `syncs ${untouched} ${where}`))
  return lines.filter((line) => line !== '').join('\n')
}

/** `driver device` of a row: the device that its first argument names, else the first one. */
export function deviceNames(scene: Scene, row: Row): string {
  const { devices } = scene.ledger.dma
  const variable = scene.names.argument(row.site, 0)
  const found = devices.find(({ site }) => scene.names.assigned(site) === variable) ?? devices[0]
  const name = found === undefined ? 'device' : (scene.strings()[found.name] ?? 'device')
  return `${name} ${name}`
}

/** The line of the map in a story. */
export function mapLine(scene: Scene, mapping: DmaMapping): FindingLine {
  return { role: 'mapped', step: mapping.step, text: scene.names.call(mapping.site, mapping.op) }
}

/** The buffer of a map as the program calls it. */
export function bufferOf(scene: Scene, mapping: DmaMapping): string {
  const name = scene.names.argument(mapping.site, 1)
  return name !== '' ? `\`${name}\`` : scene.names.described(mapping.allocation)
}

/** What dma-debug says at the unbind of a device about a mapping of `since` that is in force; else it is silent. */
export function pendingLine(scene: Scene, since: number): string {
  const { unbinds, devices } = scene.ledger.dma
  const unbind = unbinds.find(({ step }) => step > since)
  if (unbind === undefined || !scene.machine.debug) return ''
  const device = scene.strings()[devices[unbind.device]?.name ?? -1] ?? 'device'
  return (
    `DMA-API: platform ${device}: device driver has pending DMA allocations while released from device ` +
    `[count=${unbind.left}]`
  )
}

/**
 * True if memory was given back and nothing keeps the page at a physical address. A page of a freed vmalloc area lives
 * on while a reference keeps it (KERNEL_FACTS §4.4).
 */
export function isGoneAt({ ledger, machine }: Scene, id: number, phys: number): boolean {
  const table = ledger.allocations
  if ((table.mark(id) & Mark.FREED) === 0) return false
  return !(table.kind(id) === AllocationKind.VMALLOC && ledger.occupant(phys >>> machine.pageShift) === id)
}

/** Memory that was given back is handed to a device, or a device reaches it. */
export function goneMemory(scene: Scene, row: Row, id: number, what: string): void {
  const { desk, names, story } = scene
  const code = codeOf(scene, id)
  const because = desk.blameFor(id)
  if (desk.repeated(code, id, row.step, because) !== null) return
  desk.raise({
    code,
    step: row.step,
    allocation: id,
    because,
    message: `${what} after it was freed`,
    story: [...story.of(id), usedLine(scene, row)],
    pointers: story.pointers(id),
    fix: `keep ${names.described(id)} until the device is done with it and the mapping is ended`,
  })
}

/**
 * True if nobody checked the result of a map, and nobody was told. A list's result is an errno or a count: looked at
 * unless the call stands alone.
 */
export function isUnchecked({ names }: Scene, mapping: DmaMapping): boolean {
  if (mapping.checked || mapping.right === 0 || !mapping.isList) return !mapping.checked
  const site = names.site(mapping.site)
  return site?.unused === true && site.callee === OP_NAMES[mapping.op]
}

/** A map whose result nobody checked, now unmapped or used by a device: once for each place (D41). */
export function uncheckedMap(scene: Scene, row: Row, mapping: DmaMapping): Finding {
  const { names, desk, story } = scene
  mapping.checked = true
  const call = OP_NAMES[mapping.op] ?? 'dma_map_single'
  const handle = names.assigned(mapping.site)
  const failed = mapping.right === 0
  const result = handle === '' ? 'its result' : `\`${handle}\``
  const how = row.op === Op.dma_read || row.op === Op.dma_write ? 'used by a device' : 'unmapped'
  return desk.raise({
    code: 'dma-no-error-check',
    step: mapping.step,
    allocation: mapping.allocation,
    key: `unchecked map ${mapping.site}`,
    message: failed
      ? `${call}() failed, and ${result} is ${how} as if it had not`
      : `${call}() can fail: ${result} is ${how} without a check`,
    story: [
      ...(mapping.allocation === 0 ? [] : [story.allocated(mapping.allocation)]),
      mapLine(scene, mapping),
      { role: 'used', step: row.step, text: names.call(row.site, row.op) },
    ],
    fix: mapping.isList
      ? `check what ${call}() returns (${mapping.op === Op.dma_map_sg ? '0 is failure' : 'an errno is failure'})`
      : `if (dma_mapping_error(dev, ${handle === '' ? 'addr' : handle})) … before the address is used`,
    // dma-debug keeps no note of checks for lists.
    kernel: mapping.isList
      ? ''
      : failed
        ? dmaApi(scene, row, 'tries to free an invalid DMA memory address')
        : dmaApi(
            scene,
            row,
            `failed to check map error${deviceAddress(mapping.address)} [size=${mapping.size} bytes] ` +
              `[mapped as ${typeName(mapping)}]`,
          ),
  })
}
