import { Gauge, type GaugeConfiguration } from 'prom-client';

/** Registers a gauge that is 1 while something is so and 0 while it is not; undefined takes the labels out of it. */
export function createFlagGauge<T extends string>(
  configuration: GaugeConfiguration<T>,
): (labels: Readonly<Record<T, string>>, isSo: boolean | undefined) => void {
  const gauge = new Gauge<T>(configuration);
  return (labels, isSo) => {
    if (isSo === undefined) gauge.remove(labels);
    else gauge.set(labels, isSo ? 1 : 0);
  };
}
