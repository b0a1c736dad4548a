#include "doctor/facts.h"

namespace msiv2::doctor {
namespace {

using imds::HostKnowledge;
using imds::ImdsLeg;

HostKnowledge After(HostKnowledge knowledge, ImdsLeg leg, const std::optional<Sent>& sent) {
  const bool marked = sent && imds::HasMarks(leg, *sent);
  return marked ? HostKnowledge::kKnown : knowledge;
}

HostKnowledge AfterV2(const Facts& facts) {
  return After(facts.host_knowledge, ImdsLeg::kV2Probe, facts.v2_probe);
}

}  // namespace

imds::Answerer V2Answerer(const Facts& facts) {
  return imds::WhoAnswers(ImdsLeg::kV2Probe, *facts.v2_probe, facts.host_knowledge);
}

imds::Answerer V1Answerer(const Facts& facts) {
  return imds::WhoAnswers(ImdsLeg::kV1Probe, *facts.v1_probe, AfterV2(facts));
}

imds::Answerer MetadataAnswerer(const Facts& facts) {
  return imds::WhoAnswers(ImdsLeg::kMetadata, *facts.metadata,
                          After(AfterV2(facts), ImdsLeg::kV1Probe, facts.v1_probe));
}

bool HasNoImds(const Facts& facts) {
  if (!facts.v2_probe || !imds::HasNoImds(V2Answerer(facts))) return false;
  return !facts.v1_probe || imds::HasNoImds(V1Answerer(facts));
}

}  // namespace msiv2::doctor
