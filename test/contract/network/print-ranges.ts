import { linuxRanges } from '../../../src/adapters/network/linux/ranges.ts'

console.log(JSON.stringify(await linuxRanges({ dockerHost: 'unix:///var/run/docker.sock' }).taken()))
