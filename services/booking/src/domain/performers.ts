/** Who can do what: whom a customer can meet for a service, and what else it takes up beside them. */
import type { ResourceKind } from '@frontdesk/contracts/booking/put-resource';
import type { Catalog, Resource, Service } from './catalog.ts';

/**
 * Whom the customer can meet. Staff who list the service and have its skills; and anything else that does, unless the
 * service needs one of that kind beside: a room that a massage takes up does not give it.
 */
export function performs(resource: Resource, service: Service): boolean {
  return (
    resource.serviceIds.includes(service.serviceId) &&
    (resource.kind === 'staff' || !service.alsoNeeds.includes(resource.kind)) &&
    service.skills.every((skill) => hasSkill(resource, skill))
  );
}

export function performersOf(service: Service, { resources }: Pick<Catalog, 'resources'>): Resource[] {
  return resources.filter((resource) => performs(resource, service));
}

/** For each kind a service needs beside its performer, the resources that can be it, in the order they were added. */
export function helpersOf(service: Service, { resources }: Pick<Catalog, 'resources'>): Resource[][] {
  return service.alsoNeeds.map((kind) => resources.filter((resource) => helps(resource, service, kind)));
}

/** Everybody an appointment for it could take up. */
export function takenUpBy(service: Service, catalog: Catalog): Resource[] {
  return [...new Set([...performersOf(service, catalog), ...helpersOf(service, catalog).flat()])];
}

function helps(resource: Resource, service: Service, kind: ResourceKind): boolean {
  return resource.kind === kind && resource.serviceIds.includes(service.serviceId);
}

/** Skills are compared without case. */
export function hasSkill(resource: Resource, skill: string): boolean {
  const wanted = skill.toLowerCase();
  return resource.skills.some((own) => own.toLowerCase() === wanted);
}

/** Whether it was said that they speak it: `es` is spoken by whoever speaks `es-MX`, and the other way round. */
export function isSaidToSpeak(resource: Resource, language: string): boolean {
  const wanted = primary(language);
  return resource.languages.some((own) => primary(own) === wanted);
}

/** Nothing said about languages means that nobody need be kept away. */
export function maySpeak(resource: Resource, language: string): boolean {
  return resource.languages.length === 0 || isSaidToSpeak(resource, language);
}

function primary(tag: string): string {
  return tag.split('-', 1)[0]?.toLowerCase() ?? '';
}
