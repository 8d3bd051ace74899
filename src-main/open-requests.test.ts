import { describe, expect, it } from 'vitest'
import { parseArguments, parseLink } from './open-requests.ts'

describe('pageward: links', () => {
  it('name a program in their fragment', () => {
    for (const text of ['pageward:#p=abc_-9', 'pageward://#p=abc_-9', 'pageward:///#p=abc_-9', 'PAGEWARD:#p=abc_-9']) {
      expect(parseLink(text)).toEqual({ kind: 'link', fragment: '#p=abc_-9' })
    }
  })

  it('name nothing else', () => {
    for (const text of [
      'pageward:',
      'pageward:#p=',
      'pageward:#q=abc',
      'pageward:#p=abc&x=1',
      'pageward://host/#p=abc',
      'pageward:///etc/passwd#p=abc',
      'pageward:?x#p=abc',
      'pageward:#p=<script>',
      'pageward:#p=abc\n#p=def',
      'https:#p=abc',
      `pageward:#p=${'a'.repeat(200_000)}`,
    ]) {
      expect(parseLink(text), text.slice(0, 60)).toBeNull()
    }
  })
})

describe('a command line', () => {
  it('gives files by their ending, relative to its folder, and links', () => {
    expect(parseArguments(['a.pageward', '/b/c.ts', 'pageward:#p=x'], '/home/me')).toEqual([
      { kind: 'file', path: '/home/me/a.pageward' },
      { kind: 'file', path: '/b/c.ts' },
      { kind: 'link', fragment: '#p=x' },
    ])
  })

  it('gives nothing for switches, other endings and other addresses', () => {
    const words = ['--inspect=x.ts', '.', 'a.txt', 'https://x.org/a.ts', 'file:///a.pageward', 'a\0.ts']
    expect(parseArguments(words, '/')).toEqual([])
  })
})
