/** A certificate authority made for this run, and a certificate of it for the local host. */
import { generate } from 'selfsigned';

export interface Certificates {
  /** PEM, for the client to trust. */
  ca: string;
  key: string;
  cert: string;
}

export async function makeCertificates(): Promise<Certificates> {
  const notAfterDate = new Date(Date.now() + 30 * 24 * 3_600_000);
  const common = { keyType: 'ec', algorithm: 'sha256', notAfterDate } as const;
  const ca = await generate([{ name: 'commonName', value: 'Frontdesk simulator CA' }], {
    ...common,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const leaf = await generate([{ name: 'commonName', value: 'localhost' }], {
    ...common,
    ca: { key: ca.private, cert: ca.cert },
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'keyUsage', digitalSignature: true, keyEncipherment: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  return { ca: ca.cert, key: leaf.private, cert: leaf.cert };
}
