"""Gauges in the form that Prometheus reads, with what its library knows of any process."""

from collections.abc import Iterator, Sequence

from prometheus_client import CollectorRegistry, GCCollector, ProcessCollector
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.registry import Collector

from bot.ports.health import Gauge

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4


def exposed(gauges: Sequence[Gauge]) -> bytes:
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    GCCollector(registry=registry)
    registry.register(_Collected(gauges))
    return generate_latest(registry)


class _Collected(Collector):
    def __init__(self, gauges: Sequence[Gauge]) -> None:
        self._gauges = gauges

    def collect(self) -> Iterator[Metric]:
        return map(_family, self._gauges)


def _family(gauge: Gauge) -> GaugeMetricFamily:
    labels = [gauge.label] if gauge.label else []
    family = GaugeMetricFamily(gauge.name, gauge.help, labels=labels)
    if gauge.value is not None:
        family.add_metric([], gauge.value)
    for value, number in gauge.values.items():
        family.add_metric([value], number)
    return family
