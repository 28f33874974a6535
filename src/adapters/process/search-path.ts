/** Where a login shell would look for programs: a timer, a service or `env -i` often names fewer folders, or none. */
const USUAL = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin']

/**
 * Where programs are looked for, the same in every entry path: the folders that we were given in their order, then the usual ones
 * (trap 40). An empty entry means the folder a program happens to run in, which here is somebody's recipe: it goes, and so does every
 * other that does not begin at the root.
 */
export function searchPath(ours: string | undefined): string {
  const given = (ours ?? '').split(':').filter((folder) => folder.startsWith('/'))
  return [...new Set([...given, ...USUAL])].join(':')
}
