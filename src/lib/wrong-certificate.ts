/** Codes of Node's TLS that mean: somebody answered with a certificate that is not the right one. */
const CODES = /^(ERR_TLS_|CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO_|HOSTNAME_MISMATCH|ERR_SSL_)/

export function isWrongCertificate(code: string | undefined): boolean {
  return code !== undefined && CODES.test(code)
}
