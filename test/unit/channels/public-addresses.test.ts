import { describe, expect, it } from 'vitest';
import { isPublicAddress } from '../../../core/channels/public-addresses.ts';

describe('isPublicAddress', () => {
  it.each([
    ['this network', ['0.0.0.0', '0.1.2.3']],
    ['private', ['10.0.0.1', '10.255.255.255', '172.16.0.1', '172.31.255.255', '192.168.1.1']],
    ['carrier-grade NAT', ['100.64.0.1', '100.127.255.255']],
    ['loopback', ['127.0.0.1', '127.255.255.254', '::1']],
    ['link-local and metadata', ['169.254.169.254', '169.254.170.2', 'fe80::1', 'fd00:ec2::254']],
    ['protocol assignments, benchmarks', ['192.0.0.8', '198.18.0.1', '198.19.255.255', '2001:2::1']],
    ['documentation', ['192.0.2.1', '198.51.100.1', '203.0.113.1', '2001:db8::1', '3fff::1']],
    ['multicast, reserved, broadcast', ['224.0.0.1', '239.1.1.1', '240.0.0.1', '255.255.255.255', 'ff02::1']],
    ['unspecified', ['::']],
    ['unique local, site-local', ['fc00::1', 'fd12::1', 'fec0::1']],
    ['IPv4-mapped', ['::ffff:127.0.0.1', '::ffff:10.0.0.1', '::ffff:8.8.8.8', '::ffff:7f00:1']],
    ['IPv4-compatible and translated', ['::127.0.0.1', '::ffff:0:127.0.0.1']],
    ['NAT64', ['64:ff9b::7f00:1', '64:ff9b::8.8.8.8', '64:ff9b:1::1']],
    ['6to4 and its relays', ['2002:7f00:1::', '192.88.99.1']],
    ['Teredo', ['2001:0:7f00:1::']],
    ['what is no plain address', ['', 'localhost', '127.1', '0x7f000001', '2130706433', '[::1]', '8.8.8.8 ']],
  ])('refuses %s', (_, addresses) => {
    for (const address of addresses) expect.soft(isPublicAddress(address), address).toBe(false);
  });

  it.each([
    ['8.8.8.8'],
    ['1.1.1.1'],
    ['9.255.255.255'],
    ['11.0.0.0'],
    ['100.63.255.255'],
    ['100.128.0.0'],
    ['172.15.255.255'],
    ['172.32.0.0'],
    ['223.255.255.255'],
    ['2606:4700::1111'],
    ['2a00:1450:4001::1'],
    ['2001:4860:4860::8888'],
  ])('allows %s', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });
});
