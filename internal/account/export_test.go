package account

// HashCheaply makes tests that are not about hashing fast.
func (s *Service) HashCheaply() { s.hasher.wanted = cost{memory: 64, passes: 1, lanes: 1} }
