/** Pipes: 16 buffers of a page, who waits for whom, what vmsplice() leaves out (fs/pipe.c, fs/splice.c at v6.12). */
import { describe, expect, it } from 'vitest'
import { runSnippet } from '../../runtime/testing/run-snippet.ts'

/** What a run with a pipe `fds`, a buffer `buf` of 20 pages and `say(…)` logs. */
function lines(program: string): readonly string[] {
  return runSnippet(
    `import * as k from 'linux'
     import * as user from 'user'
     const say = (...what: unknown[]) => k.pr_info(what.join(' '))
     const RW = user.PROT_READ | user.PROT_WRITE
     user.spawn('app', () => {
       const fds: number[] = []
       user.pipe(fds)
       const [r, w] = [fds[0]!, fds[1]!]
       const buf = user.mmap(null, 20 * 4096, RW, user.MAP_PRIVATE | user.MAP_ANONYMOUS, -1, 0) as k.Ptr
       const iov = (pages: number) => [{ iov_base: buf, iov_len: pages * 4096 }]
       ${program}
     })`,
    {},
  ).log
}

describe('a pipe', () => {
  it('holds 16 buffers: vmsplice() leaves out what does not fit', () => {
    expect(
      lines(`say(user.vmsplice(w, iov(20), 1, 0), user.vmsplice(w, iov(1), 1, user.SPLICE_F_NONBLOCK))
             say(user.read(r, buf, 4096), user.vmsplice(w, iov(2), 1, user.SPLICE_F_NONBLOCK))`),
    ).toEqual(['65536 -11', '4096 4096'])
  })

  it('is given pages that were taken 16 at a time: those that it has no room for were touched all the same', () => {
    expect(
      lines(`for (let i = 0; i < 20; i++) buf.write_u8(i * 4096, 1)
             const marks: number[] = []
             k.misc_register({ name: 'lab', fops: { ioctl: (f: any, c: number, a: any) => {
               for (const i of [15, 16, 19]) {
                 const got: k.page[] = []
                 k.pin_user_pages(buf.addr + BigInt(i * 4096), 1, 0, got)
                 marks.push(k.PageReferenced(got[0]!)); k.unpin_user_page(got[0]!) }
               return 0 } } })
             user.vmsplice(w, iov(20), 1, user.SPLICE_F_NONBLOCK)
             user.ioctl(user.open('/dev/lab', 2), 0, 0n); say(marks)`),
    ).toEqual(['1,1,1'])
  })

  it('makes a reader of nothing wait for a writer, or for the end of the last one, but nobody for itself', () => {
    expect(
      lines(`const child = user.fork(() => {
               user.close(w); say('got', user.read(r, buf, 10)); say('end', user.read(r, buf, 10))
             })
             say('writes'); user.write(w, buf, 3); user.close(w); user.waitpid(child); say('done')`),
    ).toEqual(['writes', 'got 3', 'end 0', 'done'])
    expect(lines(`say(user.read(r, buf, 1), user.write(w, buf, 20 * 4096))`)).toEqual(['-11 65536'])
  })

  it('makes a writer wait while it is full', () => {
    expect(
      lines(`const child = user.fork(() => { user.close(r); say('wrote', user.write(w, buf, 18 * 4096)) })
             user.close(w)
             let sum = 0
             for (let n = user.read(r, buf, 8192); n > 0; n = user.read(r, buf, 8192)) sum += n
             user.waitpid(child); say('read', sum)`),
    ).toEqual(['wrote 73728', 'read 73728'])
  })

  it('joins small writes in one buffer, and not with a page that was spliced', () => {
    expect(
      lines(`for (let i = 0; i < 1000; i++) user.write(w, buf, 4)
             say(user.vmsplice(w, iov(1), 1, 0)); user.write(w, buf, 4)
             say(user.vmsplice(w, iov(20), 1, user.SPLICE_F_NONBLOCK) / 4096)`),
    ).toEqual(['4096', '13'])
  })
})
