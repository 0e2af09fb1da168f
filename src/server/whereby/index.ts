export { enterBody, guestBody, hereBody, lockBody, lookBody, visitBody } from '../../wire/whereby/room-page.ts';
export { createWherebyJobs, type WherebyJobs, type WherebyJobsOptions } from './deliveries.ts';
export { createRoomDoor, type RoomDoor } from './room-door.ts';
export { createWherebyService, type WherebyServiceOptions } from './service.ts';
