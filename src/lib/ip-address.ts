import { isIP } from 'node:net'

/** Whether a text is an IPv4 or IPv6 address, without brackets. */
export function isIpAddress(text: string): boolean {
  return isIP(text) !== 0
}
