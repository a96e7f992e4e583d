/**
 * Network-boot clients that send what real firmware sends and decide as it decides, to test boot servers with.
 *
 * @module pxekit/client
 */

export type { FailureReason, FirmwareConsole, FirmwareError } from '../pxe/firmware-errors.ts';
export type { Endpoint } from '../wire/endpoint.ts';
export { createBootClient } from './boot-client.ts';
export type { UdpDatagram } from './endpoint.ts';
export { type FormatBootStoryOptions, formatBootStory } from './format-story.ts';
export type { HttpRequest, HttpResponse } from './http.ts';
export type {
	BootClientProfile,
	BootClientProfileName,
	BootRequestKind,
	FirmwareFamily,
	RequestShape,
	SecsHabit,
	TftpHabits,
} from './profile.ts';
export { bootClientProfiles } from './profiles.ts';
export { type SimulateBootOptions, type SimulatedServer, simulateBoot } from './simulate-boot.ts';
export type { BootClientOptions, SimulatedClient } from './simulated-client.ts';
export {
	type SimulatedDhcpOptions,
	type SimulatedTftpOptions,
	simulatedDhcp,
	simulatedResponder,
	simulatedTftp,
} from './simulated-servers.ts';
export type { BootEnd, BootEvent, BootStory, FetchedFile, OfferClass, SeenOffer } from './story.ts';
