/**
 * Cases that we measured ourselves are written as lines of commands. A test module of ours ran the same lines on a real
 * kernel; here they run on the simulated one. Every line that shows something prints `LINE WHAT = VALUE`.
 * `pN` are pages, `mN+K` is page K of mapping N, `qN` are pipes, `cN` are forked programs (`cN: COMMAND` runs there).
 */
import * as k from 'linux'
import type { Ptr } from 'linux'
import * as u from 'user'
import './script-device.ts'
import { driver } from './script-driver.ts'
import { at, away, base, children, index, lab, number, pipes, say, SCRATCH, SIZE, type Child } from './script-state.ts'

function run(line: string, no: number) {
  const child = /^c(\d): (.*)$/.exec(line)
  if (child !== null) {
    const one = children[Number(child[1])]!
    one.line = child[2]!
    one.step = no
    k.complete(one.go)
    k.wait_for_completion(one.done)
    return
  }
  const v = line.split(' ')
  lab.step = no
  if (user(v)) return
  lab.action = () => {
    driver(v)
    return 0
  }
  u.ioctl(lab.fd, 1)
}

const result = (what: string, value: number) => say(`${what} = ${value}`)

/** A new mapping: its address is kept, or its errno shown. */
function mapped(what: string, name: string, value: Ptr | number) {
  if (typeof value === 'number') return result(what, value)
  if (!(what === 'mremap' && name === 'm0')) base[index(name)] = value.addr
  result(what, away(value.addr))
}

/** What a program does by itself. False = the driver does it. */
function user(v: string[]): boolean {
  const [command, a, b, c, d, e, f, g] = v
  const pipe = pipes[index(a)] ?? []
  switch (command) {
    case 'mmap':
    case 'mmapfix': {
      const prot = [...c!].reduce((set, one) => set | ({ r: 1, w: 2, x: 4 }[one] ?? 0), 0)
      const anonymous = e === 'anon'
      const flags = (d === 'sh' ? u.MAP_SHARED : u.MAP_PRIVATE) | (anonymous ? u.MAP_ANONYMOUS : 0) | (command === 'mmap' ? 0 : u.MAP_FIXED)
      lab.pending = index(a)
      const made = u.mmap(command === 'mmap' ? null : at(g), number(b) * SIZE, prot, flags, anonymous ? -1 : lab.fd, anonymous ? 0 : number(f) * SIZE)
      lab.pending = -1
      mapped('mmap', a!, made)
      return true
    }
    case 'munmap':
      result('munmap', u.munmap(at(a), number(b) * SIZE))
      return true
    case 'mremap':
      mapped('mremap', a!, u.mremap(at(b), number(c) * SIZE, number(d) * SIZE, number(e), f === undefined ? 0n : at(f)))
      return true
    case 'umr':
      lab.action = () => {
        k.unmap_mapping_range(lab.device!, number(a) * SIZE, number(b) * SIZE, number(c))
        return 0
      }
      u.ioctl(lab.fd, 1)
      return true
    case 'pipe':
      pipes[index(a)] = []
      u.pipe(pipes[index(a)]!)
      return true
    case 'vmsplice':
    case 'vmspliceout':
      result('vmsplice', u.vmsplice(pipe[command === 'vmsplice' ? 1 : 0]!, [{ iov_base: pointer(b), iov_len: number(c) }], 1, number(d)))
      return true
    case 'pread':
      result('read', u.read(pipe[0]!, lab.scratch!, number(b)))
      return true
    case 'preadto':
      result('read', u.read(pipe[0]!, pointer(b), number(c)))
      return true
    case 'pwrite':
      result('write', u.write(pipe[1]!, pointer(b), number(c)))
      return true
    case 'pclose':
      u.close(pipe[0]!)
      u.close(pipe[1]!)
      return true
    case 'vmread':
    case 'vmwrite': {
      const here = [{ iov_base: lab.scratch!, iov_len: number(b) }]
      const there = [{ iov_base: pointer(a), iov_len: number(b) }]
      const pid = k.current.pid
      if (command === 'vmread') result('process_vm_readv', u.process_vm_readv(pid, here, 1, there, 1, 0))
      else result('process_vm_writev', u.process_vm_writev(pid, here, 1, there, 1, 0))
      return true
    }
    case 'ur':
      say(`ur = ${pointer(a).read_u8(0)}`)
      return true
    case 'uw':
      pointer(a).write_u8(0, number(b))
      return true
    case 'fork': {
      const child: Child = { pid: 0, line: '', step: 0, go: k.init_completion({}), done: k.init_completion({}) }
      children[index(a)] = child
      const pid = u.fork(() => {
        for (;;) {
          k.wait_for_completion(child.go)
          if (child.line === 'EXIT') u.exit(0)
          run(child.line, child.step)
          k.complete(child.done)
        }
      })
      if (pid < 0) result('fork', pid)
      child.pid = pid
      return true
    }
    case 'exit': {
      const child = children[index(a)]!
      child.line = 'EXIT'
      k.complete(child.go)
      u.waitpid(child.pid)
      return true
    }
    case 'diew':
    case 'dier': {
      const status: number[] = []
      const p = pointer(a)
      u.waitpid(u.fork(() => { if (command === 'diew') p.write_u8(0, 7); else p.read_u8(0) }), status)
      say(`signal = ${status[0]! & 127}`)
      return true
    }
    default:
      return false
  }
}

/** A user pointer. */
const pointer = (text: string | undefined): Ptr => lab.scratch!.add(at(text) - lab.scratch!.addr)

let scripts = 0

/** Runs the lines in a program that has the device open. Steps are lines; those of a second script begin at 101. */
export function script(text: string) {
  const from = 100 * scripts++ + 1
  Object.assign(lab, { mode: 'none', extra: 0, withVeto: false, withoutOps: false, splitVeto: 0, moveVeto: 0 })
  lab.bytes = k.kmalloc(8, k.GFP_KERNEL)
  u.waitpid(u.spawn('mmlab', () => {
    // Far away from where mappings are placed.
    const flags = u.MAP_PRIVATE | u.MAP_ANONYMOUS | u.MAP_FIXED
    lab.scratch = u.mmap(SCRATCH, 16 * SIZE, u.PROT_READ | u.PROT_WRITE, flags, -1, 0) as Ptr
    lab.fd = u.open('/dev/lab', 2)
    lab.held = k.current.mm
    text.replace(/^\n/, '').split('\n').forEach((line, i) => {
      const command = line.replace(/#.*/, '').trim()
      if (command !== '') run(command, from + i)
    })
  }))
  k.kfree(lab.bytes)
}
