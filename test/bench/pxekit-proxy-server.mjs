// Our proxyDHCP server for the bench, from the compiled package: node pxekit-proxy-server.mjs DIST ADDRESS
const [dist, address] = process.argv.slice(2);
const { serveProxyDhcp } = await import(`${dist}/node/index.js`);
const server = await serveProxyDhcp({ addresses: [address], boot: () => ({ file: 'ipxe.efi' }) });
process.once('SIGTERM', () => server.close());
console.log('ready');
